#include "lerl/agents/ppo.h"

#include "lerl/agents/learning/ppo_loss.h"
#include "lerl/agents/ppo_learner.h"

namespace lerl {

PpoLearner::PpoLearner(std::string name, const AgentContext& context, const LearnerConfig& learner,
                       const PpoConfig& config)
    : ActorCritic(std::move(name), context, learner, config.common), config_(config) {}

UpdateStats PpoLearner::LearnFrom(const SessionBatch& batch) {
  const Targets targets = ComputeTargets(batch);
  PpoLoss sum;
  double updates = 0;
  const auto learn = [&](const torch::Tensor& rows, const SessionBatch& part) {
    const int64_t steps = part.steps();
    const auto pick = [&](const torch::Tensor& t) {
      return t.index_select(0, rows).narrow(1, 0, steps);
    };
    const Output now = Forward(part);
    const PpoLoss loss =
        ComputePpoLoss({.log_density = now.policy.log_density,
                        .old_log_density = pick(targets.log_density),
                        .advantage = pick(targets.advantage),
                        .value = now.value.narrow(1, 0, steps),
                        .target = pick(targets.returns),
                        .entropy = now.policy.entropy,
                        .valid = part.valid},
                       config_.clip, config_.common.value_weight, config_.common.entropy_weight);
    Descend(loss.total);
    sum.policy += loss.policy, sum.value += loss.value, sum.entropy += loss.entropy;
    sum.clipped += loss.clipped, sum.kl += loss.kl;
    ++updates;
  };
  for (int64_t epoch = 0; epoch < config_.epochs; ++epoch) ForMinibatches(batch, learn);
  RefreshTracker();
  return {{"policy_loss", sum.policy / updates},
          {"value_loss", sum.value / updates},
          {"entropy", sum.entropy / updates},
          {"clipped", sum.clipped / updates},
          {"kl", sum.kl / updates},
          {"value", targets.mean_value}};
}

std::unique_ptr<Agent> MakePpo(const AgentContext& context, const LearnerConfig& learner,
                               const PpoConfig& config) {
  return std::make_unique<PpoLearner>("ppo", context, learner, config);
}

}  // namespace lerl
