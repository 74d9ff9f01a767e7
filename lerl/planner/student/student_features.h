#pragma once
// What the student's network sees of a state: ids and counts, nothing of the simulator.
//
// For each category c (F = 10 features):
//   0 share of the user's past likes      5 liked among those shown of it in this session
//   1 1 / (1 + place among those likes)   6 decay^(steps since its latest like in this session)
//   2 value v_uc / 3, at least -1         7 dominant in the last slate
//   3 exposure                            8 the same times the liked share of the last slate
//   4 share of the session's shown items  9 share of all users' past likes
// For the state (G = 3 + 3 C features): 1 before the first slate; min(step, 20) / 20; liked share
// of the last slate; then feature 7, feature 1 and min(exposure, 2) of every category, so that a
// category's score can depend on the others'.
// Past likes are those of the training rows (first behaviour); v_uc is planner/profiles/category_values.h.
//
// The user's part is computed once per user and kept. One object serves one thread.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "lerl/planner/profiles/category_values.h"
#include "lerl/planner/profiles/user_profiles.h"
#include "lerl/planner/planner_context.h"

namespace lerl {

struct StudentInput {
  std::vector<float> category;  // [C, F]
  std::vector<float> shared;    // [G]
};

class StudentFeatures {
 public:
  static constexpr int64_t kCategoryWidth = 10;
  static constexpr int64_t SharedWidth(int64_t categories) { return 3 + 3 * categories; }

  StudentFeatures(const PlannerConfig& config, const PlannerContext& context);

  void Compute(const PlanRequest& request, StudentInput& input);

 private:
  struct Past {
    std::vector<float> likes, place, value;  // [C] features 0, 1, 2
  };
  const Past& PastOf(int32_t user);
  Past ComputePast(int32_t user);

  const double decay_;
  const size_t categories_;
  UserProfiles profiles_;
  CategoryValues values_;
  std::vector<float> popularity_;  // [C] feature 9
  std::unordered_map<int32_t, Past> pasts_;
};

}  // namespace lerl
