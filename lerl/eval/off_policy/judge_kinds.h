#pragma once
// The judgement of one policy by a log of each kind: which estimators can be given, with which
// weights they are diagnosed, and why others are refused.

#include <span>
#include <vector>

#include "lerl/eval/off_policy/judge_log.h"

namespace lerl {

// Models of the reward that are shared by the policies of a log of decisions.
struct SharedModels {
  std::vector<RewardModel> parts;  // cross-fitted
  std::vector<RewardModel> all;    // one, of all rows
};
SharedModels FitSharedModels(const LoggedTable& log, const JudgeLogConfig& config);

PolicyJudgement JudgeByDecisions(const LoggedTable& log, const SharedModels& models,
                                 const JudgedPolicy& policy, const JudgeLogConfig& config);
PolicyJudgement JudgeBySessions(const LoggedTable& log, const JudgedPolicy& policy,
                                const JudgeLogConfig& config);
PolicyJudgement JudgeBySlates(const LoggedTable& log, const JudgedPolicy& policy,
                              const JudgeLogConfig& config);

// What may be extrapolated: a model is refused where more of a policy's choices than this are ones
// that the log never makes.
inline constexpr double kMostUnseen = 0.1;

}  // namespace lerl
