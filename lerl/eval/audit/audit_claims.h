#pragma once
// What an audit of planners (eval/audit/planner_audit.h) claims of NDCG@5, and the tests that it
// rests on (eval/significance.h).
//
// Heuristics are the planners that do not learn, ask no language model, are no oracle and were not
// taken from a finished run. The best of them has the highest NDCG@5. Since it is chosen by the
// figures that are tested, the family holds every row against every heuristic, a pair of heuristics
// once: whichever comes out best, its tests are among those that are corrected for.

#include <cstdint>
#include <string>
#include <vector>

#include "lerl/eval/audit/planner_audit.h"
#include "lerl/eval/significance.h"

namespace lerl {

struct AuditClaim {
  size_t row = 0, reference = 0;  // places among the rows
  Interval difference{};          // row - reference, not corrected
  PairedTest test{};              // at kNonInferiorMargin
};

struct AuditClaims {
  size_t best = 0;                   // the best heuristic
  std::vector<AuditClaim> claims{};  // the family

  // nullptr where the two were not tested this way round. A pair of heuristics has as its reference
  // the best one, or else `random`, or else the first of the two.
  const AuditClaim* Find(size_t row, size_t reference) const;
};

// `rows` have at least one heuristic.
AuditClaims JudgeAudit(const std::vector<AuditRow>& rows);

// "llm (letters)": the planner, and its state where it has one.
std::string LabelOf(const AuditRow& row);

// What the tests say of the best heuristic and of each planner that asks a language model, in
// sentences, after how many tests there were; empty without tests.
std::string AuditSentences(const std::vector<AuditRow>& rows, const AuditClaims& judged);

}  // namespace lerl
