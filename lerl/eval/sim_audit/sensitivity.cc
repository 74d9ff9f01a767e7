#include "lerl/eval/sim_audit/sensitivity.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/index.h"
#include "lerl/eval/audit/format.h"
#include "lerl/eval/sim_audit/policy_spread.h"
#include "lerl/eval/sim_audit/ranking_stability.h"
#include "lerl/sim/env_config.h"

namespace lerl {
namespace {

MovedParameter Real(const std::string& name, double value) {
  return {name, value, value * 0.5, value * 1.5, false};
}

// A share, which stays below 1.
MovedParameter Share(const std::string& name, double value) {
  return {name, value, value * 0.5, value + (1 - value) * 0.5, false};
}

MovedParameter Whole(const std::string& name, int64_t value) {
  const auto by = static_cast<double>(std::max<int64_t>(1, value / 4));
  const auto at = static_cast<double>(value);
  return {name, at, std::max(0.0, at - by), at + by, true};
}

void AddEvolving(const EvolvingConfig& config, std::vector<MovedParameter>& all) {
  const std::string prefix = "env.evolving.";
  for (const auto& [name, value] :
       {std::pair{"affinity", config.affinity}, std::pair{"latent", config.latent},
        std::pair{"kappa", config.kappa}, std::pair{"kappa_sd", config.kappa_sd},
        std::pair{"eta", config.eta}, std::pair{"pull", config.pull},
        std::pair{"sigma", config.sigma}, std::pair{"h0", config.h0}, std::pair{"h1", config.h1}})
    all.push_back(Real(prefix + name, value));
  all.push_back(Share(prefix + "decay", config.decay));
  all.push_back(Share(prefix + "mood_kept", config.mood_kept));
  all.push_back(Whole(prefix + "max_steps", config.max_steps));
  if (config.visits > 1) all.push_back(Share(prefix + "rest", config.rest));
}

void AddRules(const EnvConfig& config, std::vector<MovedParameter>& all) {
  const auto has = [&](std::string_view rule) {
    return std::ranges::find(config.rules, rule) != config.rules.end();
  };
  if (has("lerl") || has("lerl_slots")) all.push_back(Whole("env.budget", config.budget));
  if (has("max_steps")) all.push_back(Whole("env.max_steps", config.max_steps));
  if (has("temper")) {
    all.push_back(Real("env.temper", config.temper));
    all.push_back(Real("env.temper_leave_below", config.temper_leave_below));
  }
  if (has("category_window") || has("distance_window"))
    all.push_back(Whole("env.window", config.window));
  if (has("category_window")) all.push_back(Whole("env.window_limit", config.window_limit));
  if (has("distance_window")) all.push_back(Real("env.window_distance", config.window_distance));
}

double SpreadOfRewards(const std::vector<PolicyFigures>& figures) {
  return std::ranges::max(RewardsOf(figures)) / figures.front().reward.estimate;  // random is first
}

}  // namespace

std::vector<MovedParameter> ParametersOf(const RunConfig& config) {
  const EnvConfig& env = *config.env;
  std::vector<MovedParameter> all;
  if (env.task == "evolving") {
    AddEvolving(env.evolving, all);
  } else {
    AddRules(env, all);
    if (env.task != "matrix") {
      all.push_back(Real("env.rho", env.rho));
      all.push_back(Whole("env.history", env.history));
    }
  }
  if (env.task == "cross_session") {
    all.push_back(Real("env.cross_session.mood_weight", env.cross_session.mood_weight));
    all.push_back(Real("env.cross_session.user_spread", env.cross_session.user_spread));
  }
  return all;
}

std::string SettingText(const MovedParameter& parameter, double value) {
  return parameter.name + "=" +
         (parameter.whole ? std::to_string(std::lround(value)) : Format("%.9g", value));
}

std::vector<AuditFigure> Sensitivity(const World& world, const RunConfig& config,
                                     const std::vector<PolicyFigures>& played,
                                     const AuditPlay& play,
                                     const std::vector<MovedParameter>& parameters) {
  const std::vector<int> order = ShownOrder(TablesOf(played));
  std::vector<AuditFigure> figures;
  for (const MovedParameter& parameter : parameters) {
    double most = 0, spread[2] = {}, tau[2] = {};
    for (const int up : {0, 1}) {
      RunConfig moved = config;
      SetFields(moved, {SettingText(parameter, up != 0 ? parameter.up : parameter.down)});
      const std::vector<PolicyFigures> again = PlayAll(world, world, moved, play);
      const double reversed = ReversedShare(order, ShownOrder(TablesOf(again)));
      most = std::isnan(reversed) ? reversed : std::max(most, reversed);
      spread[up] = SpreadOfRewards(again);
      tau[up] = KendallTau(RewardsOf(played), RewardsOf(again));
    }
    figures.push_back(
        WithPairs({.check = "sensitivity",
                   .name = "pairs reversed by " + parameter.name,
                   .group = Format("%.3g to %.3g", parameter.down, parameter.up),
                   .value = Interval{most, most, most},
                   .bounds = kSensitivityBounds,
                   .note = Format("spread %.2f, %.2f, %.2f at %.3g, %.3g, %.3g; tau %.2f, %.2f",
                                  spread[0], SpreadOfRewards(played), spread[1], parameter.down,
                                  parameter.value, parameter.up, tau[0], tau[1])}));
  }
  return figures;
}

}  // namespace lerl
