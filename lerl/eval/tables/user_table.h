#pragma once
// What each user's session scored, as CSV, for figures and tests of one's own.
//
//   policy,seed,user,T_int,R_cum,...
//   lerl,1,42,19,13.9,...
//
// It has the metrics that are means over sessions; the others, such as R_sin and coverage, have no
// value of a single session.

#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/eval/evaluation.h"

namespace lerl {

// A row for each policy, seed and user, in this order. `datasets` [rows] name the users of each
// evaluation. A metric that a policy lacks is an empty field.
std::string UserTable(const std::vector<Evaluation>& evaluations,
                      const std::vector<const Dataset*>& datasets);

}  // namespace lerl
