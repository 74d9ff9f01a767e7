#pragma once
// CategoryReturns: what each category of a session's plans earned.
//
//   value_tc = r_t + (l_tc - l_t) + gamma G_{t+1}
//   G_t      = r_t + gamma G_{t+1}
//   share_tc = n_tc / sum_c' n_tc'
//
//   r_t     drawn reward of step t
//   l_tc    share of likes among the slate's items of category c
//   l_t     share of likes in the whole slate
//   G_t     return from step t on; 0 after the last step
//   n_tc    items of the slate that carry category c, for a category that was planned
//
// So each category answers for its own items at the step (step level), and all of them alike for
// what came after the step (session level). Only categories that were both planned and shown have
// a value.

#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/planner/planner.h"

namespace lerl {

struct CategoryReturn {
  size_t category = 0;
  double share = 0;  // share_tc; the shares of a step sum to 1
  double value = 0;  // value_tc
};

// [steps], each by ascending category; empty for a step that showed no planned category.
std::vector<std::vector<CategoryReturn>> CategoryReturns(const Dataset& dataset,
                                                         const EndedSession& session, double gamma);

}  // namespace lerl
