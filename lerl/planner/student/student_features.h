#pragma once
// StudentFeatures: what the student's network sees of a state: ids and counts, and nothing of the
// simulator. Past likes are those of the training rows (first behaviour).
//
// x_c [F], for each category c, F = 10:
//   0  share of c among the user's past likes
//   1  1 / (1 + place of c), the user's categories ordered by past likes
//   2  max(v_uc / 3, -1), value of c to the user (planner/profiles/category_values.h)
//   3  exposure of c
//   4  share of c among what this session showed
//   5  share of likes among the items of c that this session showed
//   6  decay^(steps since the latest like of c in this session); 0 if there was none
//   7  1 if c is dominant in the last slate
//   8  feature 7 times the share of likes of the last slate
//   9  share of c among all users' past likes
//
// g [G], for the state, G = 3 + 3 C:
//   0           1 before the first slate
//   1           min(step, 20) / 20
//   2           share of likes of the last slate
//   3 + c       feature 7 of c
//   3 + C + c   feature 1 of c
//   3 + 2C + c  min(exposure of c, 2)
//
// The last 3 C let a category's score depend on the other categories.
//
// The part that depends on the user alone is computed once per user and kept. An object must not be
// used by two threads at once.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "lerl/planner/planner_context.h"
#include "lerl/planner/profiles/category_values.h"
#include "lerl/planner/profiles/user_profiles.h"

namespace lerl {

struct StudentInput {
  std::vector<float> category;  // [C, F] x
  std::vector<float> shared;    // [G] g
};

class StudentFeatures {
 public:
  static constexpr int64_t kCategoryWidth = 10;
  static constexpr int64_t SharedWidth(int64_t categories) { return 3 + 3 * categories; }

  StudentFeatures(const PlannerConfig& config, const PlannerContext& context);

  // Fills `input` with x and g of a request's state.
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
