#include "lerl/eval/sim_audit/ranking_stability.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/eval/quantiles.h"
#include "lerl/eval/sim_audit/policy_spread.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/response/response_store.h"

namespace lerl {

double KendallTau(const std::vector<double>& a, const std::vector<double>& b) {
  int64_t alike = 0, otherwise = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = i + 1; j < a.size(); ++j) {
      const double product = (a[i] - a[j]) * (b[i] - b[j]);
      alike += product > 0;
      otherwise += product < 0;
    }
  }
  if (alike + otherwise == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(alike - otherwise) / static_cast<double>(alike + otherwise);
}

std::vector<CrossedTable> TablesOf(const std::vector<PolicyFigures>& figures) {
  std::vector<CrossedTable> tables;
  for (const PolicyFigures& policy : figures)
    if (policy.name != "greedy") tables.push_back(policy.reward);
  return tables;
}

std::vector<double> RewardsOf(const std::vector<PolicyFigures>& figures) {
  std::vector<double> rewards;
  for (const CrossedTable& table : TablesOf(figures)) rewards.push_back(table.estimate);
  return rewards;
}

double ReversedShare(const std::vector<int>& before, const std::vector<int>& after) {
  double ordered = 0, reversed = 0;
  for (size_t n = 0; n < before.size(); ++n) {
    ordered += before[n] != 0;
    reversed += before[n] * after[n] < 0;
  }
  return reversed / ordered;
}

AuditFigure WithPairs(AuditFigure figure) {
  if (!figure.value || !std::isnan(figure.value->mean)) return figure;
  figure.value.reset();
  figure.note += figure.note.empty() ? "" : "; ";
  figure.note += "no pair of policies is told apart, so that none can be reversed";
  return figure;
}

Interval MeanTau(const std::vector<double>& taus) {
  const auto count = static_cast<double>(taus.size());
  const double mean = std::accumulate(taus.begin(), taus.end(), 0.0) / count;
  if (taus.size() < 2) return {mean, -1, 1};
  double squares = 0;
  for (const double tau : taus) squares += (tau - mean) * (tau - mean);
  const double half =
      StudentQuantile(0.95, std::ssize(taus) - 1) * std::sqrt(squares / (count - 1) / count);
  return {mean, std::max(-1.0, mean - half), std::min(1.0, mean + half)};
}

World RefitWorld(const World& world, const RunConfig& config, int64_t n) {
  World refit = world;
  if (config.env->task == "matrix")
    throw Error(ErrorKind::kConfig, "env.task = \"matrix\": its truth is given and not fitted");
  if (config.env->task == "evolving") {
    MfConfig z = config.env->evolving.mf;
    z.seed += n;
    refit.evolving =
        std::make_shared<EvolvingUsers>(world.dataset, world.split, z, config.env->evolving.world);
    return refit;
  }
  ResponseConfig other = config.response_model;
  other.seed += n;
  other.mf.seed += n;
  refit.response_model = LoadOrTrainResponseModel(world.dataset, world.split, other);
  return refit;
}

std::vector<AuditFigure> RankingStability(const World& world, const RunConfig& config,
                                          const std::vector<PolicyFigures>& played,
                                          const AuditPlay& play, int64_t refits) {
  const std::vector<int> order = ShownOrder(TablesOf(played));
  std::vector<double> taus, reversed;
  for (int64_t n = 1; n <= refits; ++n) {
    LogInfo("sim audit: simulator " + std::to_string(n) + " of " + std::to_string(refits) +
            " that are fitted anew");
    const World refit = RefitWorld(world, config, n);
    RunConfig other = config;
    other.env->evolving.world_seed += n;
    const std::vector<PolicyFigures> again = PlayAll(world, refit, other, play);
    taus.push_back(KendallTau(RewardsOf(played), RewardsOf(again)));
    reversed.push_back(ReversedShare(order, ShownOrder(TablesOf(again))));
  }
  const double most = std::ranges::max(reversed);
  return {{.check = "stability of the ranking",
           .name = "Kendall's tau of policies in refitted simulators",
           .group = "validation users",
           .value = MeanTau(taus),
           .bounds = kTauBounds,
           .decides = true,
           .note = std::to_string(refits) + " refits, lowest " +
                   std::to_string(std::ranges::min(taus)).substr(0, 5)},
          WithPairs({.check = "stability of the ranking",
                     .name = "pairs told apart that are reversed in a refit",
                     .group = "validation users",
                     .value = Interval{std::accumulate(reversed.begin(), reversed.end(), 0.0) /
                                           static_cast<double>(refits),
                                       std::ranges::min(reversed), most},
                     .bounds = kReversalBounds,
                     .decides = true,
                     .note = "mean over the refits, from the lowest to the highest"})};
}

}  // namespace lerl
