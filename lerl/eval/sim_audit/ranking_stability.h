#pragma once
// Stability of the ranking: would another simulator, fitted to the same data, rank policies alike?
// The policies of eval/sim_audit/audit_policies.h are played in the simulator and in R others whose
// fit differs by chance alone:
//
//   transformer   response_model.seed     other start and order of batches
//   mf            response_model.mf.seed  another random share of the rows, another start
//   evolving      env.evolving.mf.seed, env.evolving.world_seed   the same, other people
//
//   tau = (C - D) / (C + D)    Kendall's, of R_cum in the simulator and in a refit
//     C, D   pairs of policies that both order alike, or the other way round; ties count in neither
//
// The figure is the mean tau over the refits, its interval Student's over them; the second is the
// share of pairs *told apart* in the simulator (policy_spread.h) that a refit tells apart the other
// way round.
//
// Bounds, both decide:
//   tau         green .8, yellow .6: of 8 policies .8 is about 3 of 28 pairs exchanged, .6 about 6
//   reversals   green .02, yellow .05, the error that the tests themselves allow

#include <vector>

#include "lerl/eval/sim_audit/audit_light.h"
#include "lerl/eval/sim_audit/audit_policies.h"

namespace lerl {

inline constexpr LightBounds kTauBounds{.green = 0.8, .yellow = 0.6};
inline constexpr LightBounds kReversalBounds{
    .green = 0.02, .yellow = 0.05, .higher_is_better = false};

// tau of two lists of figures of the same things; NaN where no pair is ordered in both.
double KendallTau(const std::vector<double>& a, const std::vector<double>& b);

// The R_cum of the policies, without the oracle, in the order of `figures`.
std::vector<double> RewardsOf(const std::vector<PolicyFigures>& figures);
std::vector<CrossedTable> TablesOf(const std::vector<PolicyFigures>& figures);

// The share of the pairs that `before` orders and `after` orders the other way round (ShownOrder);
// NaN where `before` orders none, which says nothing and has no light.
double ReversedShare(const std::vector<int>& before, const std::vector<int>& after);

// The figure without a value and with the reason, where its value is NaN because no pair is told
// apart; unchanged otherwise.
AuditFigure WithPairs(AuditFigure figure);

// The mean of some taus with Student's interval, cut to [-1, 1]; with one, the whole range.
Interval MeanTau(const std::vector<double>& taus);

// The n-th refit, n = 1, 2, ... It is trained, or taken from the cache. Throws Error(kConfig) for a
// task whose truth is not fitted (`matrix` with a matrix of the data).
World RefitWorld(const World& world, const RunConfig& config, int64_t n);

std::vector<AuditFigure> RankingStability(const World& world, const RunConfig& config,
                                          const std::vector<PolicyFigures>& played,
                                          const AuditPlay& play, int64_t refits);

}  // namespace lerl
