#include "lerl/agents/a2c.h"

#include "lerl/agents/a2c_agent.h"
#include "lerl/agents/learning/policy_loss.h"

namespace lerl {

A2cAgent::A2cAgent(std::string name, const AgentContext& context, const LearnerConfig& learner,
                   const A2cConfig& config)
    : ActorCriticAgent(std::move(name), context, learner, config.common), config_(config) {}

UpdateStats A2cAgent::LearnFrom(const SessionBatch& batch) {
  // 1. Advantages and returns, at the weights before the update. The public code's bootstrap is the
  // other way round: only where the user left.
  SessionBatch judged = batch;
  if (config_.published_bootstrap) judged.goes_on = (batch.goes_on == 0).to(torch::kFloat);
  const Targets targets = ComputeTargets(judged);
  PolicyLoss sum;
  double updates = 0;
  // 2. One pass over the sessions in minibatches.
  ForMinibatches(batch, [&](const torch::Tensor& rows, const SessionBatch& part) {
    // 2a. Densities, values and entropies at the weights now.
    const Output now = Forward(part);
    const PolicyTargets aims = targets.Of(rows, part.steps());
    // 2b. The loss, equation (1) of the header, and one step of Adam.
    const PolicyTargets whole = WholeTargets(targets);
    PolicyLoss loss =
        ComputePolicyLoss({.log_density = now.policy.log_density,
                           .advantage = aims.advantage,
                           .value = now.value.narrow(1, 0, part.steps()),
                           .target = aims.returns,
                           .entropy = now.policy.entropy,
                           .valid = part.valid,
                           .whole = {whole.advantage, WholeValid()}},
                          {.standardise = config_.standardise,
                           .value_weight = config_.published_critic ? 0 : value_weight(),
                           .entropy_weight = config_.common.entropy_weight});
    Descend(loss.total, {&loss.policy, &loss.value, &loss.entropy});
    sum.policy += loss.policy, sum.value += loss.value, sum.entropy += loss.entropy;
    ++updates;
  });
  // 3. Play goes on with the new weights of the encoder.
  RefreshTracker();
  return {{"policy_loss", sum.policy / updates},
          {"value_loss", sum.value / updates},
          {"entropy", sum.entropy / updates},
          {"value", targets.mean_value}};
}

std::unique_ptr<Agent> MakeA2c(const AgentContext& context, const LearnerConfig& learner,
                               const A2cConfig& config) {
  return std::make_unique<A2cAgent>("a2c", context, learner, config);
}

}  // namespace lerl
