#pragma once
// ModelBasedAgent: what `cirs` and `dorl` are. It has a policy, which is an agent of the
// actor-critic family, and a model of users, which it fits on the log. The policy learns from
// sessions played against the model, before the first real one. Include from .cc files only.
//
//   WarmStart   1. the policy's own warm start
//               2. a fit of the model
//               3. `iterations` times: imagine a batch of sessions, learn from it
//   Update      learns from the sessions played, with the rewards that `played_rewards` names:
//               environment   what users answered (default): the model gives the start, and
//                             experience corrects its faults
//               model         what the model says the shown slates were worth, as in the papers,
//                             which never see a true reward
// With "model" nothing of the truth about rewards and leaving is learned from: the model knows no
// leaving, so every session counts as cut, whether the user left or not. It is over only where the
// budget that the agent was shown says so, as in the sessions that are imagined
// (agents/user_models/imagined_sessions.h). How long a session lasted is the environment's.
//
// Rewards that are reported are the environment's in either case.

#include <memory>

#include "lerl/agents/learning/actor_critic_agent.h"
#include "lerl/agents/user_models/model_based_config.h"
#include "lerl/agents/user_models/user_model.h"

namespace lerl {

// What the items that `slates` show count for by their prices, g float [n, K]: 1 for all where the
// factors [I] (AgentContext::price_factors) are empty.
torch::Tensor PriceFactorsOf(std::span<const ImaginedSlate> slates, std::span<const float> factors);

class ModelBasedAgent : public Agent, public SlatePolicy {
 public:
  // The policy owns the networks of the model (LearningAgent::Own). All draws are from its stream.
  ModelBasedAgent(const AgentContext& context, const ModelBasedConfig& config,
                  std::unique_ptr<ActorCriticAgent> policy, std::unique_ptr<UserModel> users)
      : dataset_(context.dataset),
        split_(context.split),
        slate_(context.slate),
        config_(config),
        policy_(std::move(policy)),
        users_(std::move(users)) {}

  std::string name() const override { return policy_->name(); }
  bool learns() const override { return true; }
  int action_width() const override { return policy_->action_width(); }
  int64_t gradient_steps() const override { return policy_->gradient_steps(); }  // its policy's
  void Prepare(int slots) override { policy_->Prepare(slots); }
  void Start(int slot, int32_t user) override { policy_->Start(slot, user); }
  void Act(std::span<const Observation> observations, bool explore, std::span<float> scores,
           std::span<float> actions) override {
    policy_->Act(observations, explore, scores, actions);
  }
  void Observe(std::span<const Shown> shown) override { policy_->Observe(shown); }

  void SetProgress(double progress) override { policy_->SetProgress(progress); }
  UpdateStats WarmStart() override;
  UpdateStats Update(const SessionLog& log) override;
  UpdateStats Diagnostics() const override { return policy_->Diagnostics(); }  // its policy's
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

  // As a policy over slates it is its policy.
  SessionBatch SlateBatch(const SessionLog& log) const override { return policy_->SlateBatch(log); }
  SlateScores ScoreSlates(const SessionBatch& batch) override {
    return policy_->ScoreSlates(batch);
  }
  std::vector<torch::Tensor> SlateParameters() override { return policy_->SlateParameters(); }
  void SlateParametersMoved() override { policy_->SlateParametersMoved(); }

 private:
  // Fits the model, once in the life of the agent, and adds what it reports to `stats`.
  void FitOnce(UpdateStats& stats);
  // Overwrites `rewards` float [B, T] with those of the model, where a session has a step.
  void RewardByModel(const SessionLog& log, torch::Tensor& rewards);

  const Dataset& dataset_;
  const Split& split_;
  const int slate_;
  const ModelBasedConfig config_;
  const std::unique_ptr<ActorCriticAgent> policy_;
  const std::unique_ptr<UserModel> users_;
  bool fitted_ = false;
};

}  // namespace lerl
