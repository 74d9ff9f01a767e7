#pragma once
// What the tests of a comparison say, in words. These sentences are the only ones that a table or
// a report makes about which row is better: they follow from verdicts (eval/significance.h), never
// from intervals that overlap or don't.

#include <string>
#include <vector>

#include "lerl/eval/evaluation.h"

namespace lerl {

// The metric whose differences were tested; empty where none was.
std::string ClaimedMetric(const std::vector<EvaluationResult>& rows);

// The row's label with what a reader must know before it is compared: "ppo (stale)".
std::string MarkedLabel(const EvaluationResult& row);

// What the sentences rest on: "Verdicts on R_cum follow from 27 paired tests, ...". Empty without
// tests.
std::string VerdictLead(const std::vector<EvaluationResult>& rows);

// For each reference that was tested a text such as
//
//   Better than ppo: lerl; ppo + random planner. Unclear against ppo: popularity.
//
// A row that differs, yet is the same within the margin, is followed by "(by less than 2%)".
std::vector<std::string> VerdictSentences(const std::vector<EvaluationResult>& rows,
                                          const std::vector<std::string>& references);

// The smallest difference that the design shows: the median over all that were tested, and the
// ends. Empty without tests.
std::string SmallestDifferenceText(const std::vector<EvaluationResult>& rows);

// `text` broken at blanks into lines of at most `width` columns, each with its end.
std::string Wrapped(const std::string& text, size_t width);

}  // namespace lerl
