#pragma once
// ActorCriticAgent: what `reinforce`, `a2c` and `ppo` share: a policy head and a value head on one
// state encoder, the warm start, and how a batch of sessions becomes advantages. Include from .cc
// files only.
//
// The warm start minimises, over full chunks of K rows from the past of drawn users,
//
//   L = mean cross entropy of sigmoid(l_i) against the first behaviour, i in the chunk          (1)
//
// where l_i is the policy head's logit of item i (agents/learning/policy_head.h) in the state
// before the chunk. The context is all zero there, so its columns stay without influence.
//
// Ranks (base/ranks.h) share an update: every rank has the whole batch, and all draw the same
// minibatches. Of each minibatch a rank takes its part, and the gradients of the parts are added up
// before they are clipped. So all ranks make the same step, which is the one that a process alone
// would make. Densities and values before the update are shared too; the warm start is not: all
// ranks make all of it.

#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/learning/learning_agent.h"
#include "lerl/agents/learning/policy_head.h"
#include "lerl/agents/learning/policy_targets.h"
#include "lerl/agents/learning/slate_policy.h"
#include "lerl/agents/learning/update_figures.h"
#include "lerl/agents/learning/value_head.h"

namespace lerl {

class ActorCriticAgent : public LearningAgent, public SlatePolicy {
 public:
  int action_width() const override { return static_cast<int>(head_->action_width()); }
  const ItemIndex* item_index() override { return head_->draws_items() ? nullptr : IndexOfItems(); }
  UpdateStats WarmStart() override;
  // Sets the learning rate of the iteration by its schedule.
  void SetProgress(double progress) override;
  UpdateStats Update(const SessionLog& log) override { return LearnFrom(MakeBatch(log)); }
  UpdateStats Diagnostics() const override { return figures_.Stats(); }
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

  SessionBatch MakeBatch(const SessionLog& log) const;
  // Makes the update of one iteration and returns its mean losses. The policy as it is now must
  // have played the batch.
  virtual UpdateStats LearnFrom(const SessionBatch& batch) = 0;

  SessionBatch SlateBatch(const SessionLog& log) const override { return PlayedBatch(log); }
  SlateScores ScoreSlates(const SessionBatch& batch) override;
  std::vector<torch::Tensor> SlateParameters() override { return adam_->parameters(); }
  void SlateParametersMoved() override { RefreshTracker(); }

 protected:
  ActorCriticAgent(std::string name, const AgentContext& context, const LearnerConfig& learner,
                   const ActorCriticConfig& config);

  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float> actions) override;

  struct Output {
    PolicyDensity policy;  // [B, T] of what was played
    torch::Tensor value;   // float [B, T + 1] V of every state
  };
  Output Forward(const SessionBatch& batch);

  struct Targets : PolicyTargets {
    double mean_value = 0;  // over all steps
  };
  // With it the figures of an update begin, and the value head follows the returns.
  Targets ComputeTargets(const SessionBatch& batch);

  // Calls `learn` for minibatches of whole sessions, in an order drawn anew
  // (agents/learning/session_batch.h): with this rank's part of each. A rank without a session of a
  // minibatch gets one without a valid step.
  void ForMinibatches(const SessionBatch& batch, const LearnFromPart& learn);
  // The sessions of the present minibatch that `learn` has a part of, within ForMinibatches:
  // targets [B, T] of all its sessions, and where these are valid. Undefined of a process alone,
  // whose part is the whole.
  PolicyTargets WholeTargets(const Targets& targets) const;
  torch::Tensor WholeValid() const { return whole_valid_; }
  // Of a tensor [B, T] of all sessions of the present minibatch, the rows of this rank's part, cut
  // to so many steps.
  torch::Tensor OwnRows(const torch::Tensor& whole, int64_t steps) const;
  // What the squared error of a value, in units of returns, counts in a loss.
  double value_weight() const { return config_.value_weight * critic_.error_weight(); }
  const Adam& adam() const { return *adam_; }
  // One step of Adam on policy, critic and state encoder together, by the losses of all ranks;
  // `figures` of this rank's part become those of the whole minibatch.
  void Descend(const torch::Tensor& loss, std::initializer_list<double*> figures = {});
  UpdateFigures& figures() { return figures_; }

 private:
  const LearnerConfig learner_;
  const ActorCriticConfig config_;
  torch::Tensor WarmStartLoss(std::span<const int32_t> users);
  // Adds up over the ranks what each has computed of the targets.
  void ShareTargets(Targets& targets, double& sum, double& count);

  PolicyHead head_{nullptr};
  ValueHead critic_;
  Adam* adam_ = nullptr;
  UpdateFigures figures_;  // of the newest update
  // With several ranks: the sessions of the present minibatch, where their steps are valid, and the
  // place of the first that is this rank's.
  torch::Tensor whole_rows_, whole_valid_;
  int64_t own_begin_ = 0, own_count_ = 0;
};

}  // namespace lerl
