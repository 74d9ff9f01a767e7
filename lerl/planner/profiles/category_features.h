#pragma once
// CategoryFeatures: phi(s, c), what a learned planner knows of category c in state s. All of it is
// from the policy side: the logs, the policy's own factorisation, and the session so far.
//
// Axes: C categories, D = 18 + C features.
//
// Of the user and the category:
//    0  f, profile score (planner/profiles/profile_scores.h)
//    1  v = max(v_uc, -2), value by the factorisation (planner/profiles/category_values.h)
//    2  log odds of a like, q_uc, less those of any like by this user
// Of the session so far and the category:
//    3  e, exposure                           8  m, 1 if dominant in the last slate
//    4  e v                                   9  1 / (1 + steps since it was liked); 0 if never
//    5  log(1 + n) / 2                       10  m l
//    6  (likes - n q_uc) / (n + 2)           11  f step / 10
//    7  1 / (1 + slates since it was shown); 0 if never
// Of the state, the same for all categories:
//   12  10                                   15  10 x share of likes in this session
//   13  10 step / 10                         16  10 l
//   14  10 (step / 10)^2                     17  10 x share of likes in the user's past
// Of the category:
//   18 + c  one-hot
//
//   q_uc   chance that the user likes an item of c (CategoryCounts::like_rate), by training rows
//   n      items of c shown in this session; `likes` of them were liked
//   l      share of likes in the last slate; 0 before the first
//
// Feature 15 is feature 17 while nothing was shown. Features 12 to 17 are ten times as large as
// they would be otherwise, so that the pull of the coefficients towards their start hardly touches
// the level at which the categories of a state are compared.

#include <cstdint>
#include <vector>

#include "lerl/planner/planner_context.h"
#include "lerl/planner/profiles/category_values.h"
#include "lerl/planner/profiles/profile_scores.h"

namespace lerl {

class CategoryFeatures {
 public:
  CategoryFeatures(const PlannerConfig& config, const PlannerContext& context);

  static constexpr size_t kProfileScore = 0;  // place of f
  int64_t width() const { return width_; }    // D
  // Fills `features` [C, D] with phi of all categories in the state of a request.
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
