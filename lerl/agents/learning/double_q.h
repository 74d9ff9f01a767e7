#pragma once
// DoubleQ: what `dqn` and `dnair` share: double Q-learning over items from a replay of sessions.
// agents/dqn.h has the equations. An agent may credit shown items with another reward, and choose
// slates in another way. Include from .cc files only.

#include "lerl/agents/learning/double_q_config.h"
#include "lerl/agents/learning/item_values.h"
#include "lerl/agents/learning/replay_agent.h"

namespace lerl {

class DoubleQ : public ReplayAgent {
 protected:
  DoubleQ(std::string name, const AgentContext& context, const LearnerConfig& learner,
          const DoubleQConfig& config);

  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float> actions) override;
  UpdateStats Learn(const SessionBatch& batch) override;

  // The rewards r_k that shown items are credited with, float [B, T, K].
  virtual torch::Tensor Credit(const SessionBatch& batch) { return ItemRewards(batch); }
  // Turns the values [I] of one observation into the scores that the slate is chosen by.
  virtual void Choose(const Observation& seen, bool explore, std::span<float> values);

  // The share of slots that explore now.
  double epsilon() const { return config_.epsilon * exploration_factor(); }

 private:
  torch::Tensor NextValue(const SessionBatch& batch, const torch::Tensor& q_next,
                          const torch::Tensor& next);

  const DoubleQConfig config_;
  ItemValues values_, target_;
  Adam* adam_ = nullptr;
};

}  // namespace lerl
