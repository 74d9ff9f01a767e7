#include "lerl/eval/off_policy/judge_log.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/eval/off_policy/judge_kinds.h"
#include "lerl/eval/off_policy/ratio_sum.h"
#include "lerl/eval/off_policy/session_estimators.h"

namespace lerl {
namespace {

RatioSum LoggedMean(const LoggedTable& log, double gamma) {
  const std::vector<double> returns = ReturnOfEach(log, gamma);
  const std::vector<int32_t> units = UnitOfEach(log);
  RatioSum sum(log.units, 1);
  for (size_t group = 0; group < returns.size(); ++group)
    sum.Add(units[group], 0, returns[group], 1);
  return sum;
}

// The mean as logged, with its interval over units.
Interval LoggedInterval(const LoggedTable& log, double gamma) {
  const RatioSum sum = LoggedMean(log, gamma);
  SessionValues values{.numerator = sum.numerator, .denominator = sum.denominator};
  return UsersOnlyInterval(MakeCrossedTable({values}));
}

void RequireKnown(LogKind kind, const std::string& estimator) {
  const std::vector<std::string> names = EstimatorsOf(kind);
  if (estimator.empty() || std::ranges::find(names, estimator) != names.end()) return;
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  throw Error(ErrorKind::kUsage, "lerl ope log: there is no estimator '" + estimator +
                                     "' for this kind of log; there are " + all);
}

// What a model alone says, however little the log supports it.
bool IsModelAlone(const std::string& estimator) { return estimator == "dm" || estimator == "fqe"; }

// The one that is asked for, or the first of those that most policies have, models alone last; ""
// where none has one.
std::string ChooseRanking(const LogJudgement& judgement, const std::string& asked) {
  if (!asked.empty()) return asked;
  std::string best;
  int64_t most = 0;
  for (const std::string& name : EstimatorsOf(judgement.kind)) {
    const int64_t given = std::ranges::count_if(judgement.policies, [&](const auto& policy) {
      const LogEstimate* estimate = policy.Find(name);
      return estimate != nullptr && estimate->bootstrap.has_value();
    });
    if (given > most && (best.empty() || !IsModelAlone(name))) {
      most = given;
      best = name;
    }
  }
  return best;
}

// Nothing where it is not known.
std::optional<double> RankedAt(const PolicyJudgement& policy, const Interval& estimate, RankAt at) {
  switch (at) {
    case RankAt::kLow:
      return estimate.low;
    case RankAt::kLowerQuartile:
      if (policy.at_worst) return policy.at_worst->lower_quartile;
      return std::nullopt;
    case RankAt::kCvar:
      if (policy.at_worst) return policy.at_worst->cvar;
      return std::nullopt;
    case RankAt::kEstimate:
      break;
  }
  return estimate.mean;
}

void Rank(LogJudgement& judgement, RankAt at) {
  std::vector<RankedPolicy> policies;
  std::vector<std::vector<double>> resampled;
  std::vector<size_t> places;
  for (size_t p = 0; p < judgement.policies.size(); ++p) {
    const PolicyJudgement& policy = judgement.policies[p];
    RankedPolicy ranked{.name = policy.name, .truth = policy.truth};
    const LogEstimate* estimate = policy.Find(judgement.ranked_by);
    if (estimate != nullptr && estimate->bootstrap)
      ranked.ranked_at = RankedAt(policy, *estimate->bootstrap, at);
    if (ranked.ranked_at) {
      ranked.estimate = estimate->bootstrap->mean;
      ranked.low = estimate->bootstrap->low;
      resampled.push_back(estimate->resampled);
      places.push_back(p);
    }
    policies.push_back(std::move(ranked));
  }
  judgement.selection = JudgeSelection(policies, judgement.safe);
  judgement.best_share.assign(judgement.policies.size(), 0);
  const std::vector<double> share = ShareBest(resampled);
  for (size_t i = 0; i < places.size(); ++i) judgement.best_share[places[i]] = share[i];
}

PolicyJudgement JudgePolicy(const LoggedTable& log, const SharedModels& models,
                            const JudgedPolicy& policy, const JudgeLogConfig& config) {
  switch (log.kind) {
    case LogKind::kSessions:
      return JudgeBySessions(log, policy, config);
    case LogKind::kSlates:
      return JudgeBySlates(log, policy, config);
    case LogKind::kDecisions:
      break;
  }
  return JudgeByDecisions(log, models, policy, config);
}

}  // namespace

const LogEstimate* PolicyJudgement::Find(const std::string& estimator) const {
  const auto found = std::ranges::find(estimates, estimator, &LogEstimate::name);
  return found == estimates.end() ? nullptr : &*found;
}

std::vector<std::string> EstimatorsOf(LogKind kind) {
  switch (kind) {
    case LogKind::kSessions:
      return {"dr",           "per_decision_sn", "sndr",         "marginalised_dr",
              "marginalised", "per_decision",    "session_wise", "fqe"};
    case LogKind::kSlates:
      return {"reward_interaction", "independent",    "pseudo_inverse",
              "standard",           "independent_sn", "reward_interaction_sn"};
    case LogKind::kDecisions:
      break;
  }
  return {"dr", "snips", "sndr", "switch_dr", "mrdr", "ips", "clipped", "dm"};
}

LogJudgement JudgeLog(const LoggedTable& log, const std::vector<JudgedPolicy>& policies,
                      const JudgeLogConfig& config) {
  RequireKnown(log.kind, config.rank_by);
  if (log.rows() == 0 || log.units < 2)
    throw Error(ErrorKind::kUnusable,
                "off-policy evaluation: the log has " + std::to_string(log.rows()) + " rows of " +
                    std::to_string(log.units) +
                    " units, and nothing can be estimated from less than two; give a longer log");
  LogJudgement judgement{.kind = log.kind,
                         .rows = log.rows(),
                         .units = log.units,
                         .groups = log.group_count(),
                         .actions = std::ssize(log.actions)};
  judgement.logged = LoggedInterval(log, config.gamma);
  const std::vector<double> returns = ReturnOfEach(log, config.gamma);
  judgement.logged_worst = AtWorst(returns, std::vector<double>(returns.size(), 1), config.cvar);
  judgement.safe = config.safe.value_or(judgement.logged.mean);
  const bool modelled =
      log.kind == LogKind::kDecisions &&
      std::ranges::any_of(policies, [](const JudgedPolicy& policy) { return policy.knows_all(); });
  const SharedModels models = modelled ? FitSharedModels(log, config) : SharedModels{};
  for (const JudgedPolicy& policy : policies)
    judgement.policies.push_back(JudgePolicy(log, models, policy, config));
  judgement.ranked_by = ChooseRanking(judgement, config.rank_by);
  if (!judgement.ranked_by.empty()) Rank(judgement, config.rank_at);
  return judgement;
}

}  // namespace lerl
