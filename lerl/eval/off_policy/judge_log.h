#pragma once
// What policies would have earned, by all that a log with propensities can say: every estimator
// that the log allows, its intervals, whether the log supports it, and which policy to choose.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lerl/eval/off_policy/logged_table.h"
#include "lerl/eval/off_policy/policy_selection.h"
#include "lerl/eval/off_policy/reward_model.h"
#include "lerl/eval/off_policy/weight_diagnostics.h"

namespace lerl {

// How the positions of slates are drawn.
enum class SlateForm {
  kProduct,  // each for itself: propensities are those of the position, whatever stands elsewhere
  kSequential,  // propensities are those given the items above, and no others are known
  kDrawn,       // without replacement from the probabilities of all actions (slate_weights.h)
};

// By what policies are ranked: an estimate, the lower end of its interval, or what returns are at
// worst (policy_selection.h).
enum class RankAt { kEstimate, kLow, kLowerQuartile, kCvar };

struct JudgeLogConfig {
  RewardModelConfig model{};
  SlateForm slates = SlateForm::kProduct;
  double gamma = 1;                           // discount of a step
  bool stationary = false;                    // of FQE (fitted_q.h)
  int resamples = 1000;                       // of the bootstrap
  int model_resamples = 200;                  // where a model is fitted in each
  std::optional<double> clip{}, switch_at{};  // M and tau (decision_estimators.h)
  std::optional<double> least_propensity{};   // smallest that mu ever has, for Hoeffding's bounds
  std::optional<RewardRange> rewards{};       // where rewards must lie; otherwise as logged
  double cvar = 0.1;                          // alpha
  std::optional<double> safe{};  // from what value on a policy is safe; otherwise the logged mean
  std::string rank_by{};         // an estimator; otherwise the first below that can be given
  RankAt rank_at = RankAt::kEstimate;
};

struct LogEstimate {
  std::string name{};
  std::string refusal{};                             // why there is none; "" where there is one
  std::optional<Interval> bootstrap{};               // 95%
  std::optional<Interval> hoeffding{}, bernstein{};  // where the terms have bounds
  std::vector<double> resampled{};
};

struct NamedDiagnostics {
  std::string weights{};  // of what: "decisions"
  WeightDiagnostics found{};
};

struct PolicyJudgement {
  std::string name{};
  std::vector<LogEstimate> estimates{};
  std::vector<NamedDiagnostics> diagnostics{};
  // Share of its choices that the log never makes; nothing where it is not known.
  std::optional<double> unseen{};
  std::optional<double> clip{}, switch_at{};  // that were used
  std::optional<ReturnsAtWorst> at_worst{};   // where the weights of whole returns have support
  std::optional<double> truth{};

  // Nothing of an unknown name.
  const LogEstimate* Find(const std::string& estimator) const;
};

struct LogJudgement {
  LogKind kind = LogKind::kDecisions;
  int64_t rows = 0, units = 0, groups = 0, actions = 0;
  Interval logged{};              // mean reward, or return, as logged
  ReturnsAtWorst logged_worst{};  // of these
  std::vector<PolicyJudgement> policies{};
  std::string ranked_by{};           // estimator; "" where none can be given
  SelectionQuality selection{};      // of policies in their order
  std::vector<double> best_share{};  // [P] resamples in which it is the best of those ranked
  double safe = 0;
};

// The names of the estimators of a kind of log, in the order of preference for ranking first.
std::vector<std::string> EstimatorsOf(LogKind kind);

// Throws Error(kUnusable) for a log without rows, and of less than two units, and Error(kUsage) for
// an unknown `rank_by`.
LogJudgement JudgeLog(const LoggedTable& log, const std::vector<JudgedPolicy>& policies,
                      const JudgeLogConfig& config);

}  // namespace lerl
