#include "lerl/agents/ppo.h"

#include "lerl/agents/actor_critic.h"
#include "lerl/agents/ppo_loss.h"

namespace lerl {
namespace {

class Ppo : public ActorCritic {
 public:
  Ppo(const AgentContext& context, const LearnerConfig& learner, const PpoConfig& config)
      : ActorCritic("ppo", context, learner, config.common), config_(config) {}

  UpdateStats Update(const SessionLog& log) override {
    const SessionBatch batch = MakeBatch(log);
    const Targets targets = ComputeTargets(batch);
    PpoLoss sum;
    double updates = 0;
    for (int64_t epoch = 0; epoch < config_.epochs; ++epoch) {
      ForMinibatches(batch, [&](const torch::Tensor& rows, const SessionBatch& part) {
        const PpoLoss loss = Loss(part, targets, rows);
        Descend(loss.total);
        sum.policy += loss.policy, sum.value += loss.value, sum.entropy += loss.entropy;
        sum.clipped += loss.clipped, sum.kl += loss.kl;
        ++updates;
      });
    }
    RefreshTracker();
    return {{"policy_loss", sum.policy / updates},
            {"value_loss", sum.value / updates},
            {"entropy", sum.entropy / updates},
            {"clipped", sum.clipped / updates},
            {"kl", sum.kl / updates},
            {"value", targets.mean_value}};
  }

 private:
  PpoLoss Loss(const SessionBatch& part, const Targets& targets, const torch::Tensor& rows) {
    const int64_t steps = part.steps();
    const auto pick = [&](const torch::Tensor& t) {
      return t.index_select(0, rows).narrow(1, 0, steps);
    };
    const Output now = Forward(part);
    return ComputePpoLoss({.log_density = now.policy.log_density,
                           .old_log_density = pick(targets.log_density),
                           .advantage = pick(targets.advantage),
                           .value = now.value.narrow(1, 0, steps),
                           .target = pick(targets.returns),
                           .entropy = now.policy.entropy,
                           .valid = part.valid},
                          config_.clip, config_.common.value_weight, config_.common.entropy_weight);
  }

  const PpoConfig config_;
};

}  // namespace

std::unique_ptr<Agent> MakePpo(const AgentContext& context, const LearnerConfig& learner,
                               const PpoConfig& config) {
  return std::make_unique<Ppo>(context, learner, config);
}

}  // namespace lerl
