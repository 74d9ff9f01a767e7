#pragma once
// CategoryFeatures: what a learned planner knows of a category in a state, from the policy side
// alone: logs, the policy's own factorisation, and the session so far.
//
// Axes: C categories, D = kDense + C (one-hot of the category at the end). Per category c:
//   profile score f (planner/profiles/profile_scores.h), value v (planner/profiles/category_values.h, at least -2),
//   log odds of a like by this user; exposure e, e v, log(1 + items shown) / 2, likes beyond what
//   was to be expected, recency 1 / (1 + slates since it was shown), dominant in the last slate,
//   how long ago it was liked, dominant and liked; f step / 10
// and, alike for all categories of a state, ten times as large so that a pull of coefficients
// towards a start hardly touches the level that the categories are compared at: 1, step / 10 and
// its square, share of likes of the session, of the last slate, and of the user's past.

#include <cstdint>
#include <vector>

#include "lerl/planner/profiles/category_values.h"
#include "lerl/planner/profiles/profile_scores.h"
#include "lerl/planner/planner_context.h"

namespace lerl {

class CategoryFeatures {
 public:
  CategoryFeatures(const PlannerConfig& config, const PlannerContext& context);

  static constexpr size_t kProfileScore = 0;  // place of f
  int64_t width() const { return width_; }
  // [C, D]
  void Fill(const PlanRequest& request, std::vector<double>& features);
  ProfileScores& profile_scores() { return scores_; }

 private:
  void FillCategory(const PlanRequest& request, size_t category, double last_liked,
                    std::span<double> x);

  UserProfiles profiles_;
  ProfileScores scores_;
  CategoryValues values_;
  const int64_t width_;
};

}  // namespace lerl
