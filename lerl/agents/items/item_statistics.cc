#include "lerl/agents/items/item_statistics.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/index.h"

namespace lerl {
namespace {

std::span<const int32_t> Slice(const std::vector<int32_t>& all, const std::vector<size_t>& offsets,
                               int32_t at) {
  const size_t begin = offsets[At(at)], end = offsets[At(at) + 1];
  return {all.data() + begin, end - begin};
}

}  // namespace

ItemStatistics::ItemStatistics(const Dataset& dataset, const Split& split)
    : popularity_(At(dataset.num_items())), quality_(popularity_.size()) {
  // 1. Rows and likes of each item, and each user's items without repeats.
  std::vector<float> rows(popularity_.size()), likes(popularity_.size());
  std::vector<std::vector<int32_t>> users(popularity_.size());
  user_offsets_.push_back(0);
  for (int32_t user = 0; user < dataset.num_users(); ++user) {
    std::vector<int32_t> items;
    for (const int64_t row : PastRows(dataset, split, user)) {
      items.push_back(dataset.items[At(row)]);
      rows[At(items.back())] += 1;
      likes[At(items.back())] += dataset.responses[0][At(row)];
    }
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    for (const int32_t item : items) users[At(item)].push_back(user);
    user_items_.insert(user_items_.end(), items.begin(), items.end());
    user_offsets_.push_back(user_items_.size());
  }
  // 2. Each item's users, and the smallest and largest number of them.
  item_offsets_.push_back(0);
  size_t least = user_items_.size(), most = 0;
  for (const std::vector<int32_t>& of : users) {
    item_users_.insert(item_users_.end(), of.begin(), of.end());
    item_offsets_.push_back(item_users_.size());
    least = std::min(least, of.size()), most = std::max(most, of.size());
  }
  // 3. Popularity and quality, equations (1) and (2) of the header.
  const auto spread = static_cast<float>(std::max<size_t>(most - least, 1));
  for (size_t i = 0; i < users.size(); ++i) {
    popularity_[i] = static_cast<float>(users[i].size() - least) / spread;
    quality_[i] = (likes[i] + 1) / (rows[i] + 2);
  }
}

std::span<const int32_t> ItemStatistics::UsersOf(int32_t item) const {
  return Slice(item_users_, item_offsets_, item);
}

std::span<const int32_t> ItemStatistics::ItemsOf(int32_t user) const {
  return Slice(user_items_, user_offsets_, user);
}

float ItemStatistics::Similarity(int32_t a, int32_t b) const {
  const std::span<const int32_t> of_a = UsersOf(a), of_b = UsersOf(b);
  // Both lists are ascending: one walk through them counts what they share.
  int both = 0;
  for (size_t i = 0, j = 0; i < of_a.size() && j < of_b.size();) {
    both += of_a[i] == of_b[j] ? 1 : 0;
    of_a[i] < of_b[j] ? ++i : of_b[j] < of_a[i] ? ++j : (++i, ++j);
  }
  if (both == 0) return 0;
  return static_cast<float>(both) / std::sqrt(static_cast<float>(of_a.size() * of_b.size()));
}

void ItemStatistics::SimilarityRow(int32_t item, std::span<float> row) const {
  // 1. c of the item and every other one: a walk through the other items of its users.
  std::fill(row.begin(), row.end(), 0.0f);
  for (const int32_t user : UsersOf(item))
    for (const int32_t other : ItemsOf(user)) row[At(other)] += 1;
  // 2. Divided by sqrt(n_i n_j), equation (3) of the header.
  const auto own = static_cast<float>(UsersOf(item).size());
  for (size_t i = 0; i < row.size(); ++i)
    if (row[i] > 0)
      row[i] /= std::sqrt(own * static_cast<float>(UsersOf(static_cast<int32_t>(i)).size()));
  row[At(item)] = 0;
}

}  // namespace lerl
