#include "lerl/study/claim_tests.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/study/study_power.h"

namespace lerl {
namespace {

// The p-value of the claim's own question.
double QuestionP(const ClaimSample& sample, const PairedTest& test) {
  if (sample.says == "better") return test.p.difference;
  return sample.says == "same" ? test.p.same : test.p.no_worse;
}

ClaimResult TestAlone(const ClaimSample& sample) {
  ClaimResult result{.margin = sample.relative_margin * std::abs(sample.reference),
                     .effect = sample.relative_effect * std::abs(sample.reference)};
  if (!sample.paired) return result;
  const PairedTest test = TestFamily({{.paired = SpreadOf(*sample.paired),
                                       .reference = sample.reference,
                                       .higher_is_better = sample.higher_is_better}},
                                     sample.relative_margin)
                              .front();
  result.verdict = ClaimVerdict::kNotShown;
  result.p = QuestionP(sample, test);
  result.effect_size = test.effect_size;
  return result;
}

// [n] The levels of Holm's method, in the order of p.
std::vector<double> HolmLevels(const std::vector<double>& p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&p](size_t i) { return p[i]; });
  std::vector<double> levels(p.size());
  double level = 0;
  bool rejects = true;
  for (size_t j = 0; j < order.size(); ++j) {
    if (rejects) level = kTestLevel / static_cast<double>(p.size() - j);
    rejects = rejects && p[order[j]] <= level;
    levels[order[j]] = level;
  }
  return levels;
}

void FillIn(const ClaimSample& sample, double level, ClaimResult& result) {
  const CrossedSpread spread = SpreadOf(*sample.paired);
  const bool two_sided = sample.says == "better";
  const double half = HalfWidth(spread, 1 - (two_sided ? level : 2 * level));
  result.corrected = {spread.mean, spread.mean - half, spread.mean + half};
  const double gain = sample.higher_is_better ? spread.mean : -spread.mean;
  if (result.p_corrected <= kTestLevel)
    result.verdict = two_sided && gain < 0 ? ClaimVerdict::kOpposite : ClaimVerdict::kShown;
  const double strictest = kTestLevel / static_cast<double>(result.family);
  result.smallest = SmallestShown(spread, sample.says, strictest);
  if (spread.seeds >= 2)
    result.seeds_needed = SeedsNeeded(ComponentsOf(*sample.paired), sample.says, strictest,
                                      two_sided ? result.effect : result.margin);
}

}  // namespace

std::string_view ClaimVerdictName(ClaimVerdict verdict) {
  switch (verdict) {
    case ClaimVerdict::kShown:
      return "shown";
    case ClaimVerdict::kOpposite:
      return "the opposite is shown";
    case ClaimVerdict::kNotShown:
      return "not shown";
    case ClaimVerdict::kNotJudged:
      return "not judged";
  }
  FailCheck(__FILE__, __LINE__, "an unknown ClaimVerdict");
}

std::vector<ClaimResult> TestClaims(const std::vector<ClaimSample>& samples) {
  std::vector<ClaimResult> results;
  std::vector<double> p;
  for (const ClaimSample& sample : samples) {
    results.push_back(TestAlone(sample));
    p.push_back(results.back().p);
  }
  const std::vector<double> corrected = HolmCorrected(p), levels = HolmLevels(p);
  for (size_t i = 0; i < samples.size(); ++i) {
    results[i].p_corrected = corrected[i];
    results[i].family = std::ssize(samples);
    if (samples[i].paired) FillIn(samples[i], levels[i], results[i]);
  }
  return results;
}

}  // namespace lerl
