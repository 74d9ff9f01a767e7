#include "lerl/eval/off_policy/judge_kinds.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lerl/eval/off_policy/decision_estimators.h"
#include "lerl/eval/off_policy/estimate_list.h"
#include "lerl/eval/off_policy/fitted_q.h"
#include "lerl/eval/off_policy/session_estimators.h"
#include "lerl/eval/off_policy/slate_weights.h"

namespace lerl {
namespace {

constexpr const char* kNeedsAll =
    "the log tells the policy's probability of the logged action alone, and this needs those of "
    "all actions";
constexpr const char* kNeedsStates = "the log has no states; name their column";

RewardRange RewardsOf(const LoggedTable& log, const JudgeLogConfig& config) {
  return config.rewards ? *config.rewards : RangeOfRewards(log);
}

// The largest weight that a row can have: the largest probability of pi over the smallest of mu.
double LargestRatio(const LoggedTable& log, const JudgedPolicy& policy,
                    const JudgeLogConfig& config) {
  double most = *std::ranges::max_element(policy.of_logged);
  for (const std::vector<double>& pi : policy.distributions)
    most = std::max(most, *std::ranges::max_element(pi));
  const double least = config.least_propensity ? *config.least_propensity
                                               : *std::ranges::min_element(log.propensity);
  return most / least;
}

std::string TooMuchUnseen(double unseen) {
  if (unseen <= kMostUnseen) return "";
  char text[200];
  std::snprintf(text, sizeof text,
                "%.0f%% of the policy's choices are ones that the log never makes, so that a model "
                "has nothing to learn them from",
                100 * unseen);
  return text;
}

std::string FewUnits(const LoggedTable& log) {
  if (log.units >= kFewestUnits) return "";
  return "there are " + std::to_string(log.units) + " units, and at least " +
         std::to_string(kFewestUnits) + " are needed";
}

// Share of pi's choices that the log never makes, whatever the context.
double UnseenActions(const LoggedTable& log, const JudgedPolicy& policy) {
  std::vector<char> seen(log.actions.size(), 0);
  for (const int32_t action : log.action) seen[At(action)] = 1;
  std::vector<double> unseen;  // of each distribution
  for (const std::vector<double>& pi : policy.distributions) {
    unseen.push_back(0);
    for (size_t a = 0; a < pi.size(); ++a)
      if (!seen[a]) unseen.back() += pi[a];
  }
  double sum = 0;
  for (const int32_t distribution : policy.distribution) sum += unseen[At(distribution)];
  return sum / static_cast<double>(policy.distribution.size());
}

RewardRange RangeOf(std::span<const double> a, std::span<const double> b) {
  const auto [low_a, high_a] = std::ranges::minmax(a);
  const auto [low_b, high_b] = std::ranges::minmax(b);
  return {std::min(low_a, low_b), std::max(high_a, high_b)};
}

// Estimates of decisions by a model: (4) to (8) of decision_estimators.h.
void AddModelled(const LoggedTable& log, const SharedModels& models, const JudgedPolicy& policy,
                 const JudgeLogConfig& config, std::span<const double> rho, double most,
                 const std::string& refusal, EstimateList& list, PolicyJudgement& judged) {
  const RewardRange rewards = RewardsOf(log, config);
  const auto weighed = [&](const ModelledRewards& by) {
    return WeighedDecisions{log.units, log.unit, rho, log.reward, by.modelled, by.target};
  };
  const auto bounds = [&](const ModelledRewards& by, double weight) {
    return BoundsOfCorrected(weight, rewards, RangeOf(by.modelled, by.target));
  };
  // 1. The direct method, which needs no weights.
  judged.unseen = UnseenActions(log, policy);
  const ModelledRewards all = FittedOnAll(log, models.all.front(), policy);
  const std::string few = FewUnits(log);
  list.Add("dm", DirectMethod(weighed(all), all.influence),
           few.empty() ? TooMuchUnseen(*judged.unseen) : few);
  // 2. Corrected by the weights.
  const ModelledRewards parts = CrossFitted(log, models.parts, policy);
  const WeighedDecisions decisions = weighed(parts);
  judged.switch_at =
      config.switch_at ? *config.switch_at : SwitchByError(decisions, rewards.high - rewards.low);
  list.Add("dr", DoublyRobust(decisions), refusal, bounds(parts, most));
  list.Add("sndr", SelfNormalisedDoublyRobust(decisions), refusal);
  list.Add("switch_dr", SwitchDoublyRobust(decisions, *judged.switch_at), refusal,
           bounds(parts, std::min(most, *judged.switch_at)));
  // 3. With the model that makes their variance least, which a policy that never chooses as logged
  // does not have.
  const std::vector<double> v = MrdrWeights(log, policy);
  if (refusal.empty() && std::ranges::any_of(v, [](double weight) { return weight > 0; })) {
    const ModelledRewards mrdr = CrossFitted(log, CrossFit(log, v, config.model), policy);
    list.Add("mrdr", DoublyRobust(weighed(mrdr)), "", bounds(mrdr, most));
  } else {
    list.Refuse("mrdr", refusal.empty() ? "a policy that is sure of each choice, in the log as "
                                          "well, has no weights to fit by"
                                        : refusal);
  }
}

void ReadAtWorst(std::span<const double> returns, std::span<const double> weights,
                 const std::string& refusal, const JudgeLogConfig& config,
                 PolicyJudgement& judged) {
  if (refusal.empty()) judged.at_worst = AtWorst(returns, weights, config.cvar);
}

// Adds what the weights of whole sessions or slates say.
const WeightDiagnostics& Diagnose(const LoggedTable& log, const std::string& name,
                                  std::span<const double> weights, bool mean_is_1,
                                  PolicyJudgement& judged) {
  const char* what = log.kind == LogKind::kSlates ? "slates" : "sessions";
  judged.diagnostics.push_back(
      {name, DiagnoseWeights(weights, UnitOfEach(log), log.units, what, mean_is_1)});
  return judged.diagnostics.back().found;
}

// Adds what the last weights of sessions or slates say of their returns; why they are refused.
std::string DiagnoseWhole(const LoggedTable& log, const std::string& name,
                          std::span<const double> last, std::span<const double> returns,
                          PolicyJudgement& judged) {
  const char* what = log.kind == LogKind::kSlates ? "slates" : "sessions";
  judged.diagnostics.push_back(
      {name, DiagnoseWeighed(last, returns, UnitOfEach(log), log.units, what)});
  return judged.diagnostics.back().found.refusal;
}

int64_t MostRows(const LoggedTable& log) {
  int64_t most = 0;
  for (size_t group = 0; group + 1 < log.groups.size(); ++group)
    most = std::max(most, log.groups[group + 1] - log.groups[group]);
  return most;
}

// (6) and (7) of session_estimators.h.
void AddMarginalised(const LoggedTable& log, const JudgeLogConfig& config,
                     const std::vector<double>& rho, const std::string& one_step,
                     const QValues* values, EstimateList& list, PolicyJudgement& judged) {
  if (log.state.empty()) {
    list.Refuse("marginalised", kNeedsStates);
    list.Refuse("marginalised_dr", kNeedsStates);
    return;
  }
  const std::vector<double> w = MarginalWeights(log, rho);
  const std::string own =
      Diagnose(log, "marginal weights of sessions", MeanOfEach(log, w), false, judged).refusal;
  const std::string refusal = own.empty() ? one_step : own;
  const double gamma = config.gamma;
  list.AddFitted(
      "marginalised",
      [&log, rho, gamma](std::span<const double> counts) {
        const RatioSum sum = WeighedReturns(log, MarginalWeights(log, rho, counts), gamma);
        return Estimate(sum, counts);
      },
      refusal);
  if (values == nullptr)
    list.Refuse("marginalised_dr", kNeedsAll);
  else
    list.AddFitted(
        "marginalised_dr",
        [&log, rho, gamma, values = *values](std::span<const double> counts) {
          const std::vector<double> weights = MarginalWeights(log, rho, counts);
          return Estimate(SessionDoublyRobust(log, weights, values.q, values.v, gamma), counts);
        },
        refusal);
}

}  // namespace

SharedModels FitSharedModels(const LoggedTable& log, const JudgeLogConfig& config) {
  const std::vector<double> ones(log.action.size(), 1);
  SharedModels models{.parts = CrossFit(log, ones, config.model), .all = {}};
  models.all.emplace_back(log, ones, config.model);
  return models;
}

PolicyJudgement JudgeByDecisions(const LoggedTable& log, const SharedModels& models,
                                 const JudgedPolicy& policy, const JudgeLogConfig& config) {
  PolicyJudgement judged{.name = policy.name, .truth = policy.truth};
  const std::vector<double> rho = WeightsOf(log, policy);
  const WeightDiagnostics found =
      DiagnoseWeighed(rho, log.reward, log.unit, log.units, "decisions");
  judged.diagnostics.push_back({"decisions", found});
  const RewardRange rewards = RewardsOf(log, config);
  const double most = LargestRatio(log, policy, config);
  judged.clip = config.clip ? *config.clip : UsualClip(log.rows());
  const WeighedDecisions decisions = {log.units, log.unit, rho, log.reward, {}, {}};
  EstimateList list(log.units);
  list.Add("ips", Ips(decisions), found.refusal, BoundsOfWeighted(most, rewards));
  list.Add("snips", SelfNormalisedIps(decisions), found.refusal);
  list.Add("clipped", ClippedIps(decisions, *judged.clip), found.refusal,
           BoundsOfWeighted(std::min(most, *judged.clip), rewards));
  if (policy.knows_all())
    AddModelled(log, models, policy, config, rho, most, found.refusal, list, judged);
  else
    for (const char* name : {"dm", "dr", "sndr", "switch_dr", "mrdr"}) list.Refuse(name, kNeedsAll);
  ReadAtWorst(log.reward, rho, found.refusal, config, judged);
  judged.estimates = list.Finish(config.resamples, config.model_resamples);
  return judged;
}

PolicyJudgement JudgeBySessions(const LoggedTable& log, const JudgedPolicy& policy,
                                const JudgeLogConfig& config) {
  PolicyJudgement judged{.name = policy.name, .truth = policy.truth};
  const std::vector<double> rho = WeightsOf(log, policy), w = CumulatedWeights(log, rho);
  const RewardRange rewards = RewardsOf(log, config);
  const double most = LargestRatio(log, policy, config), gamma = config.gamma;
  const int64_t steps = MostRows(log);
  // 1. Whole sessions, and steps.
  const std::vector<double> last = LastOfEach(log, w);
  const std::vector<double> returns = ReturnOfEach(log, gamma);
  const std::string whole = DiagnoseWhole(log, "whole sessions", last, returns, judged);
  const std::string step =
      Diagnose(log, "steps of sessions", PaddedMeanOfEach(log, w), true, judged).refusal;
  EstimateList list(log.units);
  list.Add("session_wise", SessionIps(log, w, gamma), whole,
           BoundsOfSession(most, rewards, steps, gamma, true));
  list.Add("per_decision", WeighedReturns(log, w, gamma), step,
           BoundsOfSession(most, rewards, steps, gamma, false));
  list.Add("per_decision_sn", SelfNormalisedReturns(log, w, gamma), step);
  // 2. Corrected by a model.
  std::optional<const FittedQ> model;
  QValues values;
  if (policy.knows_all()) {
    model.emplace(log, policy, FittedQConfig{gamma, config.model.l2, config.stationary});
    values = model->CrossFit(config.model.folds);
    list.Add("dr", SessionDoublyRobust(log, w, values.q, values.v, gamma), step);
    list.Add("sndr", SelfNormalisedSessionDr(log, w, values.q, values.v, gamma), step);
  } else {
    list.Refuse("dr", kNeedsAll);
    list.Refuse("sndr", kNeedsAll);
  }
  // 3. By the states. Support is that of one step: weights are not multiplied.
  std::string one_step = DiagnoseWeights(rho, log.unit, log.units, "steps").refusal;
  AddMarginalised(log, config, rho, one_step, policy.knows_all() ? &values : nullptr, list, judged);
  // 4. By the model alone.
  if (policy.knows_all()) {
    judged.unseen = model->Unseen();
    const std::string few = FewUnits(log);
    list.AddFitted(
        "fqe",
        [&](std::span<const double> counts) {
          return Estimate(FirstValues(log, model->Fit(counts).v), counts);
        },
        few.empty() ? TooMuchUnseen(*judged.unseen) : few);
  } else {
    list.Refuse("fqe", kNeedsAll);
  }
  ReadAtWorst(returns, last, whole, config, judged);
  judged.estimates = list.Finish(config.resamples, config.model_resamples);
  return judged;
}

PolicyJudgement JudgeBySlates(const LoggedTable& log, const JudgedPolicy& policy,
                              const JudgeLogConfig& config) {
  PolicyJudgement judged{.name = policy.name, .truth = policy.truth};
  // 1. Ratios of positions, given those above and of the marginals.
  const bool drawn = config.slates == SlateForm::kDrawn;
  std::vector<double> conditional, marginal, pseudo_inverse;
  std::string no_marginals;
  if (drawn) {
    DrawnSlateWeights weights = WeighDrawnSlates(log, policy);
    conditional = std::move(weights.conditional);
    marginal = std::move(weights.marginal);
    pseudo_inverse = std::move(weights.pseudo_inverse);
    if (marginal.empty())
      no_marginals =
          "there are too many slates to enumerate, so that nobody knows how likely an "
          "item is at a lower position";
  } else {
    conditional = WeightsOf(log, policy);
    if (config.slates == SlateForm::kProduct) {
      marginal = conditional;
      pseudo_inverse = ProductFormWeights(log, marginal);
    } else {
      no_marginals =
          "propensities are those given the items above, and this needs those of the "
          "position whatever stands above";
    }
  }
  // 2. Estimates. Where slates are drawn, ratios of lower positions have no simple bound.
  const std::vector<double> w = CumulatedWeights(log, conditional);
  const std::vector<double> last = LastOfEach(log, w);
  const RewardRange rewards = RewardsOf(log, config);
  const double most = LargestRatio(log, policy, config);
  const int64_t positions = MostRows(log);
  const auto bounds = [&](double weight, bool whole) -> std::optional<TermBounds> {
    if (drawn) return std::nullopt;
    return BoundsOfSession(weight, rewards, positions, 1, whole);
  };
  const std::vector<double> returns = ReturnOfEach(log, 1);
  const std::string whole = DiagnoseWhole(log, "whole slates", last, returns, judged);
  const std::string above =
      Diagnose(log, "positions and those above", PaddedMeanOfEach(log, w), true, judged).refusal;
  EstimateList list(log.units);
  list.Add("standard", SessionIps(log, w, 1), whole, bounds(most, true));
  list.Add("reward_interaction", WeighedReturns(log, w, 1), above, bounds(most, false));
  list.Add("reward_interaction_sn", SelfNormalisedReturns(log, w, 1), above);
  if (no_marginals.empty()) {
    const std::string alone =
        Diagnose(log, "positions alone", MeanOfEach(log, marginal), true, judged).refusal;
    std::optional<TermBounds> of_positions;
    if (!drawn) {
      const TermBounds one = BoundsOfWeighted(most, rewards);
      const double count = static_cast<double>(positions);
      of_positions = TermBounds{count * one.low, count * one.high};
    }
    list.Add("independent", WeighedReturns(log, marginal, 1), alone, of_positions);
    list.Add("independent_sn", SelfNormalisedReturns(log, marginal, 1), alone);
    list.Add("pseudo_inverse", WholeSlates(log, pseudo_inverse), alone);
  } else {
    for (const char* name : {"independent", "independent_sn", "pseudo_inverse"})
      list.Refuse(name, no_marginals);
  }
  ReadAtWorst(returns, last, whole, config, judged);
  judged.estimates = list.Finish(config.resamples, config.model_resamples);
  return judged;
}

}  // namespace lerl
