#include "lerl/agents/a2c.h"

#include "lerl/agents/actor_critic.h"
#include "lerl/agents/policy_loss.h"

namespace lerl {
namespace {

class A2c : public ActorCritic {
 public:
  A2c(const AgentContext& context, const LearnerConfig& learner, const A2cConfig& config)
      : ActorCritic("a2c", context, learner, config.common), config_(config) {}

  UpdateStats Update(const SessionLog& log) override {
    const SessionBatch batch = MakeBatch(log);
    const Targets targets = ComputeTargets(batch);
    PolicyLoss sum;
    double updates = 0;
    ForMinibatches(batch, [&](const torch::Tensor& rows, const SessionBatch& part) {
      const Output now = Forward(part);
      const auto pick = [&](const torch::Tensor& t) {
        return t.index_select(0, rows).narrow(1, 0, part.steps());
      };
      const PolicyLoss loss = ComputePolicyLoss({.log_density = now.policy.log_density,
                                                 .advantage = pick(targets.advantage),
                                                 .value = now.value.narrow(1, 0, part.steps()),
                                                 .target = pick(targets.returns),
                                                 .entropy = now.policy.entropy,
                                                 .valid = part.valid},
                                                {.standardise = config_.standardise,
                                                 .value_weight = config_.common.value_weight,
                                                 .entropy_weight = config_.common.entropy_weight});
      Descend(loss.total);
      sum.policy += loss.policy, sum.value += loss.value, sum.entropy += loss.entropy;
      ++updates;
    });
    RefreshTracker();
    return {{"policy_loss", sum.policy / updates},
            {"value_loss", sum.value / updates},
            {"entropy", sum.entropy / updates},
            {"value", targets.mean_value}};
  }

 private:
  const A2cConfig config_;
};

}  // namespace

std::unique_ptr<Agent> MakeA2c(const AgentContext& context, const LearnerConfig& learner,
                               const A2cConfig& config) {
  return std::make_unique<A2c>(context, learner, config);
}

}  // namespace lerl
