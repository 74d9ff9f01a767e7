#include "lerl/planner/profiles/user_profiles.h"

#include <algorithm>
#include <numeric>

#include "lerl/base/index.h"

namespace lerl {

double CategoryCounts::like_rate() const {
  return (static_cast<double>(total_liked) + 1) / (static_cast<double>(total_rows) + 2);
}

double CategoryCounts::like_rate(size_t category) const {
  return (liked[category] + kPriorRows * like_rate()) / (rows[category] + kPriorRows);
}

void AddRow(const Dataset& dataset, int64_t row, CategoryCounts& counts) {
  const auto n = At(row);
  const int like = dataset.responses[0][n] != 0 ? 1 : 0;
  for (const int32_t category : dataset.CategoriesOf(dataset.items[n])) {
    ++counts.rows[At(category)];
    counts.liked[At(category)] += like;
  }
  ++counts.total_rows;
  counts.total_liked += like;
}

CategoryCounts CountRows(const Dataset& dataset, int64_t begin, int64_t end) {
  const auto categories = At(dataset.num_categories());
  CategoryCounts counts{.rows = std::vector<int32_t>(categories, 0),
                        .liked = std::vector<int32_t>(categories, 0)};
  for (int64_t row = begin; row < end; ++row) AddRow(dataset, row, counts);
  return counts;
}

std::vector<int16_t> OrderByCount(const std::vector<int32_t>& counts) {
  std::vector<int16_t> order(counts.size());
  std::iota(order.begin(), order.end(), int16_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](int16_t a, int16_t b) { return counts[At(a)] > counts[At(b)]; });
  return order;
}

const UserProfiles::Profile& UserProfiles::ProfileOf(int32_t user) {
  const auto [found, added] = profiles_.try_emplace(user);
  if (added) {
    found->second.counts = CountRows(dataset_, 0, 0);
    for (const int64_t row : PastRows(dataset_, split_, user))
      AddRow(dataset_, row, found->second.counts);
    found->second.order = OrderByCount(found->second.counts.liked);
  }
  return found->second;
}

const CategoryCounts& UserProfiles::Of(int32_t user) { return ProfileOf(user).counts; }

const std::vector<int16_t>& UserProfiles::LikedOrder(int32_t user) { return ProfileOf(user).order; }

const CategoryCounts& UserProfiles::Everyone() {
  if (everyone_.rows.empty()) {
    everyone_ = CountRows(dataset_, 0, 0);
    for (int64_t user = 0; user < dataset_.num_users(); ++user) {
      for (const int64_t row : PastRows(dataset_, split_, user)) AddRow(dataset_, row, everyone_);
    }
  }
  return everyone_;
}

}  // namespace lerl
