#pragma once
// How far the figure of a language model depends on how it was asked: on which letter stands for
// which category, and on the template of the prompt.
//
//   mean_p   NDCG@5 of the users' states under permutation or template p, a mean over users
//   sd       sqrt(sum_p (mean_p - mean)^2 / (P - 1))
//
// Permutations are crossed with the users as seeds are (eval/statistics.h): each seed of the audit
// has one of its own, so the intervals of such a row hold for other permutations, too.

#include <string>
#include <vector>

#include "lerl/eval/audit/planner_audit.h"

namespace lerl {

struct PromptSpread {
  std::string planner{}, state{};  // of the row; of templates, the row of the settings' own
  std::string over{};              // "label permutations" or "templates"
  std::vector<double> means{};     // [P] NDCG@5
  double sd = 0;                   // 0 where P is 1

  double lowest() const;
  double highest() const;
};

// One for each row that was asked under several permutations, and one for the templates where rows
// of several were judged.
std::vector<PromptSpread> PromptSpreads(const std::vector<AuditRow>& rows);

}  // namespace lerl
