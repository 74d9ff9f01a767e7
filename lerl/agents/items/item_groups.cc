#include "lerl/agents/items/item_groups.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/index.h"

namespace lerl {
namespace {

std::vector<float> PopularityShares(const std::vector<int64_t>& rows_of, double popular_share) {
  const size_t items = rows_of.size();
  const auto popular =
      std::max<size_t>(1, At(std::lround(popular_share * static_cast<double>(items))));
  std::vector<int32_t> order(items);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&rows_of](int32_t a, int32_t b) { return rows_of[At(a)] > rows_of[At(b)]; });
  std::vector<float> shares(items * 2, 0);
  for (size_t n = 0; n < items; ++n) shares[At(order[n]) * 2 + (n < popular ? 0 : 1)] = 1;
  return shares;
}

std::vector<float> CategoryGroupShares(const Dataset& dataset) {
  const auto groups = At(dataset.num_categories()) + 1;
  std::vector<float> shares(At(dataset.num_items()) * groups, 0);
  for (int64_t item = 0; item < dataset.num_items(); ++item) {
    float* row = shares.data() + At(item) * groups;
    const std::span<const int32_t> categories = dataset.CategoriesOf(item);
    if (categories.empty()) row[groups - 1] = 1;
    for (const int32_t c : categories) row[c] = 1 / static_cast<float>(categories.size());
  }
  return shares;
}

// Divides all values by `divisor`. Where it is 0 they become 0.
void DivideBy(std::vector<float>& values, float divisor) {
  for (float& value : values) value = divisor > 0 ? value / divisor : 0;
}

}  // namespace

ItemGroups MakeItemGroups(const Dataset& dataset, const Split& split, const std::string& kind,
                          double popular_share) {
  // 1. Shares of the items in the groups.
  std::vector<int64_t> rows_of(At(dataset.num_items()), 0);
  for (int64_t user = 0; user < dataset.num_users(); ++user)
    for (const int64_t row : PastRows(dataset, split, user)) ++rows_of[At(dataset.items[At(row)])];
  const bool by_popularity = kind == "popularity";
  ItemGroups groups;
  groups.count = by_popularity ? 2 : dataset.num_categories() + 1;
  groups.shares =
      by_popularity ? PopularityShares(rows_of, popular_share) : CategoryGroupShares(dataset);
  // 2. Rows and likes of each group, by these shares.
  const auto count = At(groups.count);
  groups.fame.assign(count, 0);
  groups.likes.assign(count, 0);
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    for (const int64_t row : PastRows(dataset, split, user)) {
      const std::span<const float> share = groups.Of(dataset.items[At(row)]);
      for (size_t g = 0; g < count; ++g) {
        groups.fame[g] += share[g];
        groups.likes[g] += share[g] * static_cast<float>(dataset.responses[0][At(row)]);
      }
    }
  }
  // 3. Fame, as the header has it, and the shares of the groups in all likes; even where nobody
  // likes anything.
  DivideBy(groups.fame, *std::max_element(groups.fame.begin(), groups.fame.end()));
  if (by_popularity) groups.fame = {1, 0};
  const float likes = std::accumulate(groups.likes.begin(), groups.likes.end(), 0.0f);
  if (likes == 0) groups.likes.assign(count, 1 / static_cast<float>(count));
  if (likes > 0) DivideBy(groups.likes, likes);
  return groups;
}

GroupPreference::GroupPreference(const ItemGroups& groups, double memory)
    : groups_(&groups), delta_(std::exp(-1 / memory)), sum_(At(groups.count), 0) {}

void GroupPreference::Like(int32_t item) {
  const std::span<const float> share = groups_->Of(item);
  for (size_t g = 0; g < sum_.size(); ++g)
    sum_[g] = delta_ * sum_[g] + static_cast<double>(share[g]);
  weight_ = delta_ * weight_ + 1;
}

void GroupPreference::LikePast(const Dataset& dataset, const Split& split, int32_t user) {
  for (const int64_t row : PastRows(dataset, split, user))
    if (dataset.responses[0][At(row)] != 0) Like(dataset.items[At(row)]);
}

void GroupPreference::Write(std::span<float> u) const {
  for (size_t g = 0; g < sum_.size(); ++g)
    u[g] = weight_ > 0 ? static_cast<float>(sum_[g] / weight_) : groups_->likes[g];
}

}  // namespace lerl
