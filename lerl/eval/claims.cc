#include "lerl/eval/claims.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/eval/metrics/registry.h"
#include "lerl/eval/run_scores.h"

namespace lerl {
namespace {

// A difference of the claimed metric: where its test belongs, and what it is of.
struct Claim {
  size_t row = 0, reference = 0;
  size_t difference = 0;  // place among the row's differences
};

size_t PlaceOf(const std::string& label, const std::vector<Evaluation>& rows) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const Evaluation& e) { return e.result.policy == label; });
  LERL_CHECK(found != rows.end());
  return At(found - rows.begin());
}

// Adds the differences of every row; returns those of the claimed metric.
std::vector<Claim> AddAllDifferences(const ClaimRules& rules, std::vector<Evaluation>& rows) {
  std::vector<Claim> claims;
  for (const std::string& label : rules.references) {
    const size_t place = PlaceOf(label, rows);
    const Evaluation& reference = rows[place];
    for (size_t row = 0; row < rows.size(); ++row) {
      EvaluationResult& result = rows[row].result;
      if (row == place || result.leave_rule != reference.result.leave_rule) continue;
      AddDifferences(rows[row], reference, rules.margin);
      for (size_t d = 0; d < result.differences.size(); ++d)
        if (result.differences[d].against == label && result.differences[d].metric == rules.metric)
          claims.push_back({row, place, d});
    }
  }
  return claims;
}

// P(row better than reference).
Interval Improvement(const CrossedTable& row, const CrossedTable& reference, bool higher) {
  const RunScores x = ScoresOf(row), y = ScoresOf(reference);
  if (higher) return ProbabilityOfImprovementInterval(x, y);
  return ProbabilityOfImprovementInterval(y, x);
}

void TestClaims(const ClaimRules& rules, const std::vector<Claim>& claims,
                std::vector<Evaluation>& rows) {
  const bool higher = FindMetric(rules.metric).higher_is_better;
  // 1. The tests, all of them as one family.
  std::vector<PairedSample> family;
  for (const Claim& claim : claims) {
    const CrossedTable& reference = *rows[claim.reference].table(rules.metric);
    family.push_back(
        {.paired = SpreadOf(PairedTable(*rows[claim.row].table(rules.metric), reference)),
         .reference = reference.estimate,
         .higher_is_better = higher});
  }
  const std::vector<PairedTest> tests = TestFamily(family, rules.margin);
  // 2. Each where it belongs, with the probability of improvement.
  for (size_t i = 0; i < claims.size(); ++i) {
    PairedDifference& difference = rows[claims[i].row].result.differences[claims[i].difference];
    difference.test = tests[i];
    const CrossedTable& row = *rows[claims[i].row].table(rules.metric);
    const CrossedTable& reference = *rows[claims[i].reference].table(rules.metric);
    if (row.of_sessions && reference.of_sessions)
      difference.improvement = Improvement(row, reference, higher);
  }
}

// Ranks are by the results of all rows together.
void RankEvaluations(std::vector<Evaluation>& rows) {
  std::vector<EvaluationResult> results;
  for (const Evaluation& row : rows) results.push_back(row.result);
  RankRows(results);
  for (size_t i = 0; i < rows.size(); ++i) rows[i].result.rank = results[i].rank;
}

}  // namespace

void JudgeRows(const ClaimRules& rules, std::vector<Evaluation>& rows) {
  TestClaims(rules, AddAllDifferences(rules, rows), rows);
  RankEvaluations(rows);
  for (Evaluation& row : rows) {
    const CrossedTable* table = row.table(rules.metric);
    if (table != nullptr && table->of_sessions)
      row.result.interquartile_mean = InterquartileMeanInterval(ScoresOf(*table));
  }
}

}  // namespace lerl
