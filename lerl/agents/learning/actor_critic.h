#pragma once
// ActorCritic: what `reinforce`, `a2c` and `ppo` share: a policy head and a value head on one state
// encoder, the warm start, and how a batch of sessions becomes advantages. Include from .cc files
// only.
//
// Warm start: cross entropy of sigmoid(l_i) against the first response to what the next chunk of
// each user's past showed, l_i the head's logit of item i at the state before the chunk. The
// context is all zero there, so its columns stay without influence.

#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/learning/policy_head.h"
#include "lerl/agents/learning/session_learner.h"

namespace lerl {

class ActorCritic : public SessionLearner {
 public:
  int action_width() const override { return static_cast<int>(head_->action_width()); }
  UpdateStats WarmStart() override;

 protected:
  ActorCritic(std::string name, const AgentContext& context, const LearnerConfig& learner,
              const ActorCriticConfig& config);

  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float> actions) override;

  SessionBatch MakeBatch(const SessionLog& log) const;

  struct Output {
    PolicyDensity policy;  // [B, T] of what was done
    torch::Tensor value;   // float [B, T + 1]
  };
  Output Forward(const SessionBatch& batch);

  // Everything at the weights before the update, float [B, T].
  struct Targets {
    torch::Tensor log_density, advantage, returns;
    double mean_value = 0;
  };
  Targets ComputeTargets(const SessionBatch& batch);

  // Minibatches of whole sessions in an order drawn anew (agents/learning/session_batch.h).
  void ForMinibatches(const SessionBatch& batch, const LearnFromPart& learn) {
    lerl::ForMinibatches(batch, config_.minibatch, rng_, learn);
  }
  const Adam& adam() const { return *adam_; }
  void Descend(const torch::Tensor& loss) { Step(*adam_, loss, config_.max_gradient); }

 private:
  const LearnerConfig learner_;
  const ActorCriticConfig config_;
  torch::Tensor WarmStartLoss(std::span<const int32_t> users);

  PolicyHead head_{nullptr};
  Mlp critic_{nullptr};
  Adam* adam_ = nullptr;
};

}  // namespace lerl
