#pragma once
// UserProfiles: what the training rows say of users and categories, the long-term side of every
// planner.
//
//   rate    = (L + 1) / (R + 2)
//   rate_c  = (L_c + kPriorRows rate) / (R_c + kPriorRows)
//
//   R, L       rows, and liked rows (first behaviour)
//   R_c, L_c   the same for the items of category c; a row counts for each category of its item
//
// Axes: C categories.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

struct CategoryCounts {
  std::vector<int32_t> rows, liked;         // [C] R_c, L_c
  int64_t total_rows = 0, total_liked = 0;  // R, L

  double like_rate() const;                 // rate: how often an item is liked
  double like_rate(size_t category) const;  // rate_c: how often an item of the category is
};
inline constexpr double kPriorRows = 5;

// Counts the rows [begin, end) of the data set.
CategoryCounts CountRows(const Dataset& dataset, int64_t begin, int64_t end);
void AddRow(const Dataset& dataset, int64_t row, CategoryCounts& counts);

// All categories, ordered by falling `counts` [C], ties by the lower id.
std::vector<int16_t> OrderByCount(const std::vector<int32_t>& counts);

class UserProfiles {
 public:
  // Both must outlive the profiles.
  UserProfiles(const Dataset& dataset, const Split& split) : dataset_(dataset), split_(split) {}

  // Training rows alone are counted. References live as long as the profiles.
  const CategoryCounts& Of(int32_t user);
  const std::vector<int16_t>& LikedOrder(int32_t user);  // [C] all, by falling likes of the user
  const CategoryCounts& Everyone();                      // of all users together

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
