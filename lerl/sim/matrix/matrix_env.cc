#include "lerl/sim/matrix/matrix_env.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/matrix/distance_window.h"

namespace lerl {
namespace {

void CheckLikes(const MatrixTruth& matrix, float like_at_least) {
  const bool all = matrix.lowest() >= like_at_least, none = matrix.highest() < like_at_least;
  if (!all && !none) return;
  throw Error(ErrorKind::kConfig,
              std::string("env.matrix.like_at_least: ") + (all ? "every" : "no") + " cell of " +
                  matrix.matrix().source + " is a like; its values lie from " +
                  std::to_string(matrix.lowest()) + " to " + std::to_string(matrix.highest()));
}

}  // namespace

EnvConfig MatrixSettings(EnvConfig config) {
  config.allow_repeats = config.matrix.mode == "FB";
  if (config.matrix.mode == "NX_10") {
    config.rules = {"max_steps"};
    config.max_steps = 10;
  }
  return config;
}

MatrixEnv::MatrixEnv(const Dataset& dataset, const Split& split, const MatrixTruth& matrix,
                     const EnvConfig& settings, int slots)
    : SlotEnv(dataset, split, MatrixSettings(settings),
              LongestSession(MatrixSettings(settings), static_cast<double>(matrix.highest())),
              slots),
      matrix_(matrix),
      like_at_least_(static_cast<float>(settings.matrix.like_at_least)),
      low_(settings.matrix.scale_reward ? matrix.lowest() : 0),
      scale_(settings.matrix.scale_reward && matrix.highest() > matrix.lowest()
                 ? 1 / (matrix.highest() - matrix.lowest())
                 : 1) {
  CheckLikes(matrix, like_at_least_);
  for (int32_t item = 0; item < dataset.num_items(); ++item)
    if (!matrix.HasItem(item)) NeverShow(item);
  for (const std::string& name : config().rules) {
    const LeaveRuleRow& row = FindLeaveRule(name);
    rules_.push_back({name == "distance_window" ? MakeDistanceWindow(matrix, config(), slots)
                                                : row.make(dataset, config(), slots),
                      row.truncates});
  }
}

void MatrixEnv::Start(int slot, int32_t user, uint64_t session_seed) {
  if (!matrix_.HasUser(user))
    throw Error(ErrorKind::kData, matrix_.matrix().source + ": it has no row for user " +
                                      dataset().user_ids[At(user)] + " of " + dataset().name);
  Open(slot, user, session_seed);
  for (Rule& rule : rules_) rule.rule->Start(slot);
}

void MatrixEnv::Step(std::span<const int32_t> slates, StepResult& result) {
  const auto k = At(slate_size()), behaviours = At(dataset().num_behaviours());
  LERL_CHECK_EQ(slates.size(), At(slots()) * k);
  Clear(result);
  for (int b = 0; b < slots(); ++b) {
    if (!active(b)) continue;
    const auto slate = slates.subspan(At(b) * k, k);
    CheckSlate(b, slate);
    float sum = 0;
    for (size_t j = 0; j < k; ++j) {
      const float value = matrix_.Value(user(b), slate[j]);
      const bool like = value >= like_at_least_;
      sum += Reward(value);
      result.responses[At(b) * k + j] = like;
      result.probabilities[(At(b) * k + j) * behaviours] = like;
    }
    result.rewards[At(b)] = result.expected[At(b)] = sum / static_cast<float>(k);
    bool terminated = false, truncated = false;
    for (Rule& rule : rules_)
      (rule.truncates ? truncated : terminated) |=
          rule.rule->Step(b, {slate, result.rewards[At(b)]});
    Close(b, slate, terminated, truncated, result);
  }
}

float MatrixEnv::budget_left(int slot) const {
  float least = 1;
  for (const Rule& rule : rules_) least = std::min(least, rule.rule->Left(slot));
  return least;
}

void MatrixEnv::OracleRewards(int slot, std::span<float> rewards) const {
  LERL_CHECK_EQ(rewards.size(), At(dataset().num_items()));
  for (int32_t item = 0; item < dataset().num_items(); ++item)
    rewards[At(item)] = matrix_.HasItem(item) ? Reward(matrix_.Value(user(slot), item)) : 0;
}

}  // namespace lerl
