#pragma once
// What a comparison claims, and the tests that it rests on.
//
// Every row is compared with every reference of its leave rule: the same users, the same way of
// leaving. Differences in the claimed metric are tested (eval/significance.h) as one family, which
// is all of them in the table; other metrics keep their uncorrected intervals and have no verdict.

#include <string>
#include <vector>

#include "lerl/eval/evaluation.h"

namespace lerl {

struct ClaimRules {
  std::vector<std::string> references{};  // labels of rows
  std::string metric = "R_cum";           // that verdicts are about
  double margin = kNonInferiorMargin;     // of "no worse" and "the same", a share of the reference
};

// Adds to the rows of a comparison, each with its `leave_rule` and `oracle`: ranks, differences
// against the references in their order, tests of the claimed metric, its interquartile mean and
// probability of improvement (eval/run_scores.h), where it is a mean over sessions.
void JudgeRows(const ClaimRules& rules, std::vector<Evaluation>& rows);

}  // namespace lerl
