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

// (6) and (7) of session_estimators.h, of counted units.
double MarginalisedReturn(const LoggedTable& log, std::span<const double> rho, double gamma,
                          std::span<const double> counts) {
  return Estimate(WeighedReturns(log, MarginalWeights(log, rho, counts), gamma), counts);
}
double MarginalisedDr(const LoggedTable& log, std::span<const double> rho, const QValues& values,
                      double gamma, std::span<const double> counts) {
  const std::vector<double> w = MarginalWeights(log, rho, counts);
  return Estimate(SessionDoublyRobust(log, w, values.q, values.v, gamma), counts);
}

// Support is that of one step, since weights are not multiplied. rho and values outlive the list.
void AddMarginalised(const LoggedTable& log, double gamma, const std::vector<double>& rho,
                     const QValues* values, EstimateList& list, PolicyJudgement& judged) {
  if (log.state.empty()) {
    list.Refuse("marginalised", kNeedsStates);
    list.Refuse("marginalised_dr", kNeedsStates);
    return;
  }
  const std::vector<double> w = MarginalWeights(log, rho);
  const std::string own =
      Diagnose(log, "marginal weights of sessions", MeanOfEach(log, w), false, judged).refusal;
  const std::string refusal =
      own.empty() ? DiagnoseWeights(rho, log.unit, log.units, "steps").refusal : own;
  const EstimateOfCounts returns = [&log, &rho, gamma](std::span<const double> counts) {
    return MarginalisedReturn(log, rho, gamma, counts);
  };
  list.AddFitted("marginalised", returns, refusal);
  if (values == nullptr) return list.Refuse("marginalised_dr", kNeedsAll);
  const EstimateOfCounts dr = [&log, &rho, values, gamma](std::span<const double> counts) {
    return MarginalisedDr(log, rho, *values, gamma, counts);
  };
  list.AddFitted("marginalised_dr", dr, refusal);
}

// The value of the first states, by a model alone.
void AddFittedQ(const LoggedTable& log, const FittedQ& model, EstimateList& list,
                PolicyJudgement& judged) {
  judged.unseen = model.Unseen();
  const std::string few = FewUnits(log);
  const EstimateOfCounts first = [&log, &model](std::span<const double> counts) {
    return Estimate(FirstValues(log, model.Fit(counts).v), counts);
  };
  list.AddFitted("fqe", first, few.empty() ? TooMuchUnseen(*judged.unseen) : few);
}

// What positions of slates weigh, given those above and alone, and whole slates.
struct SlateRatios {
  std::vector<double> conditional, marginal, pseudo_inverse;
  std::string no_marginals;  // why the last two are empty
};
SlateRatios RatiosOf(const LoggedTable& log, const JudgedPolicy& policy, SlateForm form) {
  SlateRatios ratios{.conditional = {}, .marginal = {}, .pseudo_inverse = {}, .no_marginals = ""};
  if (form == SlateForm::kDrawn) {
    DrawnSlateWeights weights = WeighDrawnSlates(log, policy);
    ratios.conditional = std::move(weights.conditional);
    ratios.marginal = std::move(weights.marginal);
    ratios.pseudo_inverse = std::move(weights.pseudo_inverse);
    if (ratios.marginal.empty())
      ratios.no_marginals =
          "there are too many slates to enumerate, so that nobody knows how likely an item is at a "
          "lower position";
    return ratios;
  }
  ratios.conditional = WeightsOf(log, policy);
  if (form == SlateForm::kProduct) {
    ratios.marginal = ratios.conditional;
    ratios.pseudo_inverse = ProductFormWeights(log, ratios.marginal);
  } else {
    ratios.no_marginals =
        "propensities are those given the items above, and this needs those of the position "
        "whatever stands above";
  }
  return ratios;
}

// Estimates by the marginals of positions.
void AddByMarginals(const LoggedTable& log, const SlateRatios& ratios,
                    std::optional<TermBounds> of_slate, EstimateList& list,
                    PolicyJudgement& judged) {
  if (!ratios.no_marginals.empty()) {
    for (const char* name : {"independent", "independent_sn", "pseudo_inverse"})
      list.Refuse(name, ratios.no_marginals);
    return;
  }
  const std::string alone =
      Diagnose(log, "positions alone", MeanOfEach(log, ratios.marginal), true, judged).refusal;
  list.Add("independent", WeighedReturns(log, ratios.marginal, 1), alone, of_slate);
  list.Add("independent_sn", SelfNormalisedReturns(log, ratios.marginal, 1), alone);
  list.Add("pseudo_inverse", WholeSlates(log, ratios.pseudo_inverse), alone);
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
  const std::vector<double> last = LastOfEach(log, w), returns = ReturnOfEach(log, gamma);
  const std::string whole = DiagnoseWhole(log, "whole sessions", last, returns, judged);
  const std::string step =
      Diagnose(log, "steps of sessions", PaddedMeanOfEach(log, w), true, judged).refusal;
  EstimateList list(log.units);
  list.Add("session_wise", SessionIps(log, w, gamma), whole,
           BoundsOfSession(most, rewards, steps, gamma, true));
  list.Add("per_decision", WeighedReturns(log, w, gamma), step,
           BoundsOfSession(most, rewards, steps, gamma, false));
  list.Add("per_decision_sn", SelfNormalisedReturns(log, w, gamma), step);
  // 2. With a model, and by the states.
  if (policy.knows_all()) {
    const FittedQ model(log, policy, {gamma, config.model.l2, config.stationary});
    const QValues values = model.CrossFit(config.model.folds);
    list.Add("dr", SessionDoublyRobust(log, w, values.q, values.v, gamma), step);
    list.Add("sndr", SelfNormalisedSessionDr(log, w, values.q, values.v, gamma), step);
    AddMarginalised(log, gamma, rho, &values, list, judged);
    AddFittedQ(log, model, list, judged);
    judged.estimates = list.Finish(config.resamples, config.model_resamples);
  } else {
    list.Refuse("dr", kNeedsAll);
    list.Refuse("sndr", kNeedsAll);
    AddMarginalised(log, gamma, rho, nullptr, list, judged);
    list.Refuse("fqe", kNeedsAll);
    judged.estimates = list.Finish(config.resamples, config.model_resamples);
  }
  ReadAtWorst(returns, last, whole, config, judged);
  return judged;
}

PolicyJudgement JudgeBySlates(const LoggedTable& log, const JudgedPolicy& policy,
                              const JudgeLogConfig& config) {
  PolicyJudgement judged{.name = policy.name, .truth = policy.truth};
  const SlateRatios ratios = RatiosOf(log, policy, config.slates);
  const std::vector<double> w = CumulatedWeights(log, ratios.conditional);
  const std::vector<double> last = LastOfEach(log, w), returns = ReturnOfEach(log, 1);
  // Where slates are drawn without replacement, ratios of lower positions have no simple bound.
  std::optional<TermBounds> of_whole, of_positions, of_marginals;
  if (config.slates != SlateForm::kDrawn) {
    const RewardRange rewards = RewardsOf(log, config);
    const double most = LargestRatio(log, policy, config);
    const int64_t positions = MostRows(log);
    of_whole = BoundsOfSession(most, rewards, positions, 1, true);
    of_positions = BoundsOfSession(most, rewards, positions, 1, false);
    const TermBounds one = BoundsOfWeighted(most, rewards);
    const double count = static_cast<double>(positions);
    of_marginals = TermBounds{count * one.low, count * one.high};
  }
  const std::string whole = DiagnoseWhole(log, "whole slates", last, returns, judged);
  const std::string above =
      Diagnose(log, "positions and those above", PaddedMeanOfEach(log, w), true, judged).refusal;
  EstimateList list(log.units);
  list.Add("standard", SessionIps(log, w, 1), whole, of_whole);
  list.Add("reward_interaction", WeighedReturns(log, w, 1), above, of_positions);
  list.Add("reward_interaction_sn", SelfNormalisedReturns(log, w, 1), above);
  AddByMarginals(log, ratios, of_marginals, list, judged);
  ReadAtWorst(returns, last, whole, config, judged);
  judged.estimates = list.Finish(config.resamples, config.model_resamples);
  return judged;
}

}  // namespace lerl
