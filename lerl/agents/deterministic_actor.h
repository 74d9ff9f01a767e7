#pragma once
// DeterministicActor: what `ddpg` and `td3` share. An actor proposes a virtual item, critics
// judge (state, virtual item), sessions come from a replay. Include from .cc files only.
//
//   z    = pi(s) + sigma N(0, I)                          what is played (without exploration:
//   pi(s)) y_t  = r_t + gamma g_t min_k Q'_k(s_t+1, pi'(s_t+1) + clip(noise))   g_t: 0 where the
//   user left L_Q  = sum_k mean_t (Q_k(s_t, z_t) - y_t)^2           gradient to critics and state
//   encoder L_pi = -mean_t Q_1(sg(s_t), pi(sg(s_t)))              gradient to the actor alone
// Primes are soft copies (rate tau) of actor and critics. The state encoder learns through the
// critics; the target reads its present states without gradient, so it needs no copy. With the
// state held fixed in L_pi the actor can't raise Q by moving the state in place of the action (a
// fault of KuaiSim's HAC). Sessions are encoded anew from ids, never stored as states.
//
// Warm start from the logs: the actor by cross entropy of sigmoid(E_i pi(s)) against the responses
// of the next chunk, the critics by L_Q on the logged chunks (agents/session_batch.h).

#include "lerl/agents/learner_config.h"
#include "lerl/agents/replay_config.h"
#include "lerl/agents/session_learner.h"
#include "lerl/agents/session_replay.h"

namespace lerl {

class DeterministicActor : public SessionLearner {
 public:
  struct Variant {
    int critics = 1;
    double target_noise = 0, target_noise_clip = 0;  // standard deviation; where it is cut
    int64_t actor_every = 1;                         // critic steps per actor step
  };

  int action_width() const override { return static_cast<int>(item_width()); }
  UpdateStats Update(const SessionLog& log) override;
  UpdateStats WarmStart() override;
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

 protected:
  DeterministicActor(std::string name, const AgentContext& context, const LearnerConfig& learner,
                     const ReplayConfig& config, const Variant& variant);

  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float> actions) override;

 private:
  torch::Tensor Actor(const torch::Tensor& states) { return actor_->forward(states); }
  struct Losses {
    torch::Tensor critic;
    double q = 0;  // mean value of what was played
  };
  Losses CriticLoss(const SessionBatch& batch, const torch::Tensor& states);
  torch::Tensor Targets(const SessionBatch& batch, const torch::Tensor& states);
  double ActorStep(const SessionBatch& batch, const torch::Tensor& states);
  torch::Tensor Value(torch::nn::Sequential& critic, const torch::Tensor& states,
                      const torch::Tensor& z);
  torch::Tensor WarmStartActorLoss(const SessionBatch& batch, const torch::Tensor& states);

  const LearnerConfig learner_;
  const ReplayConfig config_;
  const Variant variant_;
  torch::nn::Sequential actor_{nullptr}, target_actor_{nullptr};
  std::vector<torch::nn::Sequential> critics_, target_critics_;
  torch::optim::Adam* actor_adam_ = nullptr;
  torch::optim::Adam* critic_adam_ = nullptr;
  SessionReplay replay_;
  int64_t updates_ = 0;
};

}  // namespace lerl
