#include "lerl/agents/ppo.h"

#include "lerl/agents/learning/ppo_loss.h"
#include "lerl/agents/ppo_agent.h"

namespace lerl {

PpoAgent::PpoAgent(std::string name, const AgentContext& context, const LearnerConfig& learner,
                   const PpoConfig& config)
    : ActorCriticAgent(std::move(name), context, learner, config.common),
      config_(config),
      clip_(config.clip) {}

void PpoAgent::SetProgress(double progress) {
  ActorCriticAgent::SetProgress(progress);
  clip_ = config_.ClipAt(progress);
}

UpdateStats PpoAgent::LearnFrom(const SessionBatch& batch) {
  // 1. Old densities, advantages and returns, at the weights before the update.
  const Targets targets = ComputeTargets(batch);
  PpoLoss sum;
  double updates = 0;
  const auto learn = [&](const torch::Tensor& rows, const SessionBatch& part) {
    // 2. Densities, values and entropies of a minibatch at the weights now.
    const Output now = Forward(part);
    const PolicyTargets aims = targets.Of(rows, part.steps());
    // 3. The clipped surrogate with its value and entropy terms, equation (4) of the header.
    const PolicyTargets whole = WholeTargets(targets);
    PpoLoss loss = ComputePpoLoss({.log_density = now.policy.log_density,
                                   .old_log_density = aims.log_density,
                                   .advantage = aims.advantage,
                                   .value = now.value.narrow(1, 0, part.steps()),
                                   .target = aims.returns,
                                   .entropy = now.policy.entropy,
                                   .valid = part.valid,
                                   .old_value = aims.value,
                                   .whole = {whole.advantage, WholeValid()}},
                                  {.clip = clip_,
                                   .value_clip = config_.value_clip,
                                   .value_weight = value_weight(),
                                   .entropy_weight = config_.common.entropy_weight});
    // 4. One step of Adam.
    Descend(loss.total, {&loss.policy, &loss.value, &loss.entropy, &loss.clipped, &loss.kl});
    sum.policy += loss.policy, sum.value += loss.value, sum.entropy += loss.entropy;
    sum.clipped += loss.clipped, sum.kl += loss.kl;
    ++updates;
  };
  // Steps 2 to 4 for every minibatch, in some passes over the sessions.
  double kl_before = 0, updates_before = 0;
  for (int64_t epoch = 0; epoch < config_.epochs; ++epoch) {
    ForMinibatches(batch, learn);
    const double kl = (sum.kl - kl_before) / (updates - updates_before);
    figures().AddEpoch(kl);
    if (config_.target_kl > 0 && kl > config_.target_kl) break;
    kl_before = sum.kl, updates_before = updates;
  }
  // 5. Play goes on with the new weights of the encoder.
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
  return std::make_unique<PpoAgent>("ppo", context, learner, config);
}

}  // namespace lerl
