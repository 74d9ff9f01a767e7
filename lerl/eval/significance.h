#pragma once
// Tests of a paired difference d = policy - reference, and what they say together.
//
// A p-value turns the interval of eval/statistics.h around: it is the alpha at which the interval
// of 1 - alpha just reaches the value that is tested. With
//
//   h(alpha) = sqrt(z^2 V_u + t^2 V_s)     z, t: quantiles 1 - alpha / 2, t at S - 1 degrees
//
// p(x) is the alpha with h(alpha) = |x|, and the one-sided p1(x) is p(x) / 2 for x > 0 and
// 1 - p(x) / 2 otherwise. With x = d where higher is better, x = -d where lower is, and a margin m:
//
//   difference       H0: x = 0         p          = p(x)
//   no worse         H0: x <= -m       p_no_worse = p1(x + m)
//   the same         H0: |x| >= m      p_same     = max(p1(x + m), p1(m - x))
//
// The last is the two one-sided tests of equivalence (Schuirmann, J. Pharmacokinet. Biopharm. 15,
// 1987), the second the first of them: a test of non-inferiority. p-values stay analytic from
// kBootstrapSeeds seeds on, since a bootstrap can't resolve the small ones that corrections need.
//
// A table asks each of the three questions of all its differences, so each is corrected over that
// family of n by Holm's method (Scand. J. Stat. 6, 1979): of the sorted p_(1) <= ... <= p_(n),
//
//   corrected p_(i) = max_{j <= i} min(1, (n - j + 1) p_(j))
//
// Effect size: d over the standard deviation of the paired cells, that is of the difference that
// one user's session makes under one seed (Cohen's d_z; J. Cohen, Statistical Power Analysis, 1988,
// 2.3.5). Smallest difference: what a two-sided test at level alpha shows with a power of 80%,
//
//   smallest = h(alpha) + h_80      h_80: as h, with the .8 quantiles of both distributions
//
// at alpha = 5% / n, which is what Holm's method asks of a difference in the worst case. It follows
// from the spread that was observed, not from d.
//
// Simultaneous interval: d +- h(5% / n), by Bonferroni. All n of them hold the truth together with
// 95%. It is for figures and tables of papers; Holm's method is sharper, so that a verdict may tell
// apart what this interval does not.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "lerl/eval/statistics.h"

namespace lerl {

inline constexpr double kTestLevel = 0.05;
inline constexpr double kSmallestP = 1e-10;  // a smaller p-value is given as this
inline constexpr double kPower = 0.8;

// What tests say of a difference, the first of these that holds:
//
//   better, worse   the corrected test of a difference rejects
//   the same        the corrected test of equivalence rejects
//   no worse        the corrected test of non-inferiority rejects
//   unclear         none of them
enum class Verdict { kBetter, kWorse, kSame, kNoWorse, kUnclear };
// "better", "worse", "the same", "no worse", "unclear"
std::string_view VerdictName(Verdict verdict);

struct PValues {  // each in [kSmallestP, 1]
  double difference = 1, no_worse = 1, same = 1;
};

struct PairedTest {
  PValues p{}, corrected{};
  double margin = 0;           // m, in the metric's unit
  double relative_margin = 0;  // m as a share of the reference
  double effect_size = 0;      // d_z, above 0 where the policy is better; 0 without any spread
  double smallest = 0;         // smallest difference, in the metric's unit
  int64_t family = 1;          // n
  Verdict verdict = Verdict::kUnclear;
  std::optional<Interval> simultaneous{};  // absent in files of older programs
};

// The two-sided p(x) of a spread. Without any spread it is 1 at x = 0 and kSmallestP elsewhere.
double TwoSidedP(const CrossedSpread& spread, double x);

// The corrected p-values, in the order of `p`.
std::vector<double> HolmCorrected(const std::vector<double>& p);

// What a two-sided test at `level`, in (0, 1), shows with a power of 80%.
double SmallestDifference(const CrossedSpread& spread, double level);

// A difference to be tested.
struct PairedSample {
  CrossedSpread paired{};  // of the paired table
  double reference = 0;    // the reference's estimate, which the margin is a share of
  bool higher_is_better = true;
};

// The tests of a family of differences, in its order. `relative_margin` is at least 0.
std::vector<PairedTest> TestFamily(const std::vector<PairedSample>& family, double relative_margin);

void to_json(nlohmann::json& json, const PairedTest& test);
void from_json(const nlohmann::json& json, PairedTest& test);

}  // namespace lerl
