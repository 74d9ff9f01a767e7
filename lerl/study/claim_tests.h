#pragma once
// The tests of a study's contrasts, all of them as one family (eval/significance.h has the p-values
// and Holm's method). Each is asked the one question that its claim says.
//
// With the p-values sorted, p_(1) <= ... <= p_(n), Holm's method compares p_(j) with
//
//   level_(j) = 5% / (n - j + 1)
//
// until one is larger; what follows is held to the level of that one. The corrected interval of a
// contrast is the interval of its own level: d +- h(1 - level) of a claim "better", and
// d +- h(1 - 2 level) of "no worse" and "same", whose tests are one-sided. So a claim is shown
// exactly where its corrected interval lies on the claimed side: of 0, of -margin, or inside
// +-margin. A contrast that could not be judged counts with p = 1.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lerl/eval/significance.h"
#include "lerl/eval/statistics.h"

namespace lerl {

enum class ClaimVerdict { kShown, kOpposite, kNotShown, kNotJudged };
// "shown", "the opposite is shown", "not shown", "not judged"
std::string_view ClaimVerdictName(ClaimVerdict verdict);

// What is tested of a contrast.
struct ClaimSample {
  std::string says = "better";
  bool higher_is_better = true;
  double relative_margin = 0, relative_effect = 0;  // shares of the reference
  double reference = 0;                             // estimate of what it is held against
  std::optional<CrossedTable> paired{};             // absent: not judged
};

struct ClaimResult {
  ClaimVerdict verdict = ClaimVerdict::kNotJudged;
  Interval corrected{};           // the difference, with its corrected interval
  double p = 1, p_corrected = 1;  // of the claim's question
  int64_t family = 1;
  double margin = 0, effect = 0;  // in the metric's unit
  double effect_size = 0;         // d_z, above 0 where the level is better
  double smallest = 0;            // what the design shows with a power of 80% (study_power.h)
  std::optional<int64_t> seeds_needed{};  // for `effect`, or for the margin; absent: more users
};

// In the order of the samples.
std::vector<ClaimResult> TestClaims(const std::vector<ClaimSample>& samples);

}  // namespace lerl
