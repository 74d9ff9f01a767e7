#pragma once
// The headline of a comparison: what it found and what it did not, for readers who stop there.
//
//   Found: ppo + round_robin planner has the highest R_cum (14.2), not told apart from ppo + random
//   planner. Not found: a gain of the language model: lerl is worse than ppo + round_robin planner
//   (-0.6).
//
// Like the sentences of eval/tables/verdict_text.h it follows from corrected tests alone. The rows
// of different leave rules are never held against each other: each rule has a headline of its own.

#include <string>
#include <vector>

#include "lerl/eval/evaluation.h"

namespace lerl {

// Empty without tests. Whether a row's planner asks a language model is looked up by its name.
std::string Headline(const std::vector<EvaluationResult>& rows);

}  // namespace lerl
