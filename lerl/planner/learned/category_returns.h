#pragma once
// What the categories of a session's plans earned.
//
//   value_tc = r_t + (l_tc - l_t) + gamma G_{t+1},   G_t = r_t + gamma G_{t+1}
// r_t the drawn reward of step t; l_tc the share of likes among the slate's items of category c,
// l_t that of the whole slate: so each category answers for its own items at the step (step level)
// and all of them for what came after it (session level).
//
// Categories count that were both planned and shown, by their share of the slate's items.

#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/planner/planner.h"

namespace lerl {

struct CategoryReturn {
  size_t category = 0;
  double share = 0;  // of the step; they sum to 1
  double value = 0;
};

// [steps], each ascending by category; empty where no planned category was shown.
std::vector<std::vector<CategoryReturn>> CategoryReturns(const Dataset& dataset,
                                                         const EndedSession& session, double gamma);

}  // namespace lerl
