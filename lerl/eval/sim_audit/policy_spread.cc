#include "lerl/eval/sim_audit/policy_spread.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/eval/significance.h"

namespace lerl {
namespace {

const PolicyFigures& Find(const std::vector<PolicyFigures>& figures, std::string_view name) {
  for (const PolicyFigures& policy : figures)
    if (policy.name == name) return policy;
  FailCheck(__FILE__, __LINE__, "no policy " + std::string(name));
}

// The cells of a table, by seed.
std::vector<double> SeedRow(const CrossedTable& table, int64_t seed) {
  const auto begin = table.cells.begin() + seed * table.users;
  return {begin, begin + table.users};
}

Interval ShareOfPairs(const std::vector<int>& order) {
  const double share =
      static_cast<double>(std::ranges::count_if(order, [](int o) { return o != 0; })) /
      static_cast<double>(order.size());
  return {share, share, share};
}

}  // namespace

Interval RatioOf(const CrossedTable& above, const CrossedTable& below) {
  std::vector<SessionValues> by_seed;
  for (int64_t seed = 0; seed < above.seeds; ++seed)
    by_seed.push_back({.numerator = SeedRow(above, seed), .denominator = SeedRow(below, seed)});
  return CrossedInterval(MakeCrossedTable(by_seed));
}

std::vector<int> ShownOrder(const std::vector<CrossedTable>& tables) {
  std::vector<double> p, difference;
  for (size_t a = 0; a < tables.size(); ++a) {
    for (size_t b = a + 1; b < tables.size(); ++b) {
      const CrossedSpread spread = SpreadOf(PairedTable(tables[a], tables[b]));
      difference.push_back(spread.mean);
      p.push_back(TwoSidedP(spread, spread.mean));
    }
  }
  const std::vector<double> corrected = HolmCorrected(p);
  std::vector<int> order;
  for (size_t n = 0; n < p.size(); ++n)
    order.push_back(corrected[n] >= kTestLevel ? 0 : (difference[n] > 0 ? 1 : -1));
  return order;
}

std::vector<AuditFigure> PolicySpread(const std::vector<PolicyFigures>& figures) {
  std::vector<AuditFigure> rows;
  const PolicyFigures& random = Find(figures, "random");
  rows.push_back({.check = "spread",
                  .name = "best slates / random ones, reward per step",
                  .group = "validation users",
                  .value = RatioOf(Find(figures, "greedy").per_step, random.per_step),
                  .bounds = kOracleBounds,
                  .decides = true});
  const PolicyFigures* best = &random;
  std::vector<CrossedTable> ranked;
  for (const PolicyFigures& policy : figures) {
    if (policy.name == "greedy") continue;
    ranked.push_back(policy.reward);
    if (policy.reward.estimate > best->reward.estimate) best = &policy;
  }
  rows.push_back({.check = "spread",
                  .name = "best policy / random, R_cum",
                  .group = "validation users",
                  .value = RatioOf(best->reward, random.reward),
                  .bounds = kPolicyBounds,
                  .decides = true,
                  .note = "the best is " + best->name});
  rows.push_back({.check = "spread",
                  .name = "pairs of policies told apart",
                  .group = "validation users",
                  .value = ShareOfPairs(ShownOrder(ranked)),
                  .bounds = kApartBounds,
                  .decides = true,
                  .note = "a count of tests, which has no interval of its own"});
  for (const PolicyFigures& policy : figures)
    rows.push_back({.check = "spread",
                    .name = "R_cum of " + policy.name,
                    .group = "validation users",
                    .value = CrossedInterval(policy.reward)});
  return rows;
}

}  // namespace lerl
