#pragma once
// Spread between policies: whether the simulator tells policies apart at all.
//
//   oracle ratio    mean expected reward per step of the best slates / that of random ones
//   policy ratio    the same of R_cum, of the best policy that is no oracle / random
//   told apart      share of the pairs of policies (no oracles) whose R_cum differ, by paired tests
//                   corrected over all pairs by Holm's method (eval/significance.h)
//
// Bounds; all three decide:
//   oracle ratio    green 1.5, yellow 1.3: below 1.3 the project's environments call a response
//                   model unusable (sim/response/response_report.h)
//   policy ratio    green 1.3, yellow 1.1: what no policy can gain without the truth isn't learned
//                   from 100 users
//   told apart      green .5, yellow .25: with fewer, most comparisons end in "unclear"

#include <vector>

#include "lerl/eval/sim_audit/audit_light.h"
#include "lerl/eval/sim_audit/audit_policies.h"

namespace lerl {

inline constexpr LightBounds kOracleBounds{.green = 1.5, .yellow = 1.3};
inline constexpr LightBounds kPolicyBounds{.green = 1.3, .yellow = 1.1};
inline constexpr LightBounds kApartBounds{.green = 0.5, .yellow = 0.25};

// `figures` hold all policies, with the oracle. Each policy's R_cum stands there too, without a
// light.
std::vector<AuditFigure> PolicySpread(const std::vector<PolicyFigures>& figures);

// The ratio of two tables over the same users and seeds, with its interval.
Interval RatioOf(const CrossedTable& above, const CrossedTable& below);

// The pairs (a, b), a before b, of tables over the same users and seeds whose difference is shown:
// 1 where a is better, -1 where b is, 0 where neither is shown. Holm's method over all pairs.
std::vector<int> ShownOrder(const std::vector<CrossedTable>& tables);

}  // namespace lerl
