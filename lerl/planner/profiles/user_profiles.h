#pragma once
// What the training rows say of users and categories: the long-term side of every planner.
//
// Axes: C categories. A row counts once for each category of its item.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

struct CategoryCounts {
  std::vector<int32_t> rows, liked;  // [C] of them liked (first behaviour)
  int64_t total_rows = 0, total_liked = 0;

  // Chance of a like, and that of a category, drawn towards it by kPriorRows rows.
  double like_rate() const;
  double like_rate(size_t category) const;
};
inline constexpr double kPriorRows = 5;

// Of the rows [begin, end) of the data set.
CategoryCounts CountRows(const Dataset& dataset, int64_t begin, int64_t end);
void AddRow(const Dataset& dataset, int64_t row, CategoryCounts& counts);

// All categories by falling `counts` [C], ties by the lower id.
std::vector<int16_t> OrderByCount(const std::vector<int32_t>& counts);

class UserProfiles {
 public:
  // Both must outlive the profiles.
  UserProfiles(const Dataset& dataset, const Split& split) : dataset_(dataset), split_(split) {}

  // References live as long as the profiles.
  const CategoryCounts& Of(int32_t user);
  const std::vector<int16_t>& LikedOrder(int32_t user);  // the user's categories by likes
  const CategoryCounts& Everyone();

 private:
  struct Profile {
    CategoryCounts counts;
    std::vector<int16_t> order;
  };
  const Profile& ProfileOf(int32_t user);

  const Dataset& dataset_;
  const Split& split_;
  std::unordered_map<int32_t, Profile> profiles_;
  CategoryCounts everyone_;
};

}  // namespace lerl
