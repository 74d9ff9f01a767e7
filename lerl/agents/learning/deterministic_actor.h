#pragma once
// DeterministicActor: what `ddpg`, `td3` and `hac` share. An actor proposes a virtual item, critics
// judge (state, virtual item), sessions come from a replay. Include from .cc files only.
//
//   z    = pi(s) + sigma N(0, I)          what is played; without exploration pi(s) = tanh(...)
//   y_t  = r_t + gamma g_t min_k Q'_k(s_t+1, pi'(s_t+1) + clip(noise))
//                                         g_t: 0 where the user left
//   L_Q  = sum_k mean_t (Q_k(s_t, z_t) - y_t)^2       gradient to critics and state encoder
//   L_pi = -mean_t Q_1(sg(s_t), pi(sg(s_t)))          gradient to the actor alone
// A ranking depends on the direction of z alone, so z is kept in [-1, 1]^A, as DDPG does: without a
// bound it runs away to where the critics were never fitted and sigma explores nothing.
// Primes are soft copies (rate tau) of actor and critics. The state encoder learns through the
// critics; the target reads its present states without gradient, so it needs no copy. With the
// state held fixed in L_pi the actor can't raise Q by moving the state in place of the action (a
// fault of KuaiSim's HAC). Sessions are encoded anew from ids, never stored as states.
//
// Warm start from the logs: the actor by cross entropy of sigmoid(E_i pi(s)) against the responses
// of the next chunk, the critics by L_Q on the logged chunks (agents/learning/session_batch.h).

#include "lerl/agents/learning/replay_learner.h"

namespace lerl {

class DeterministicActor : public ReplayLearner {
 public:
  // What Q'(s_t+1) is multiplied with. The last two are those of public codes.
  enum class Bootstrap {
    kWhileOn,       // gamma g_t
    kWhenLeft,      // gamma where g_t is 0, 0 elsewhere
    kUndiscounted,  // gamma where g_t is 0, g_t elsewhere
  };
  struct Variant {
    int critics = 1;
    double target_noise = 0, target_noise_clip = 0;  // standard deviation; where it is cut
    int64_t actor_every = 1;                         // critic steps per actor step
    // For agents whose public code differs.
    Bootstrap bootstrap = Bootstrap::kWhileOn;
    bool uniform_noise = false;          // exploring adds sigma U[0, 1) in place of sigma N(0, 1)
    bool encoder_follows_actor = false;  // L_pi in place of L_Q trains the state encoder
  };

  int action_width() const override { return static_cast<int>(item_width()); }
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

 protected:
  DeterministicActor(std::string name, const AgentContext& context, const LearnerConfig& learner,
                     const ReplayConfig& config, const Variant& variant, bool masked = false);

  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float> actions) override;
  UpdateStats Learn(const SessionBatch& batch) override;
  double LearnFromLogs(const SessionBatch& batch) override;

  // A virtual item as it is played when exploring.
  virtual torch::Tensor Explore(const torch::Tensor& z, const Observation& seen) const;
  // Vectors [I, A] that a virtual item is multiplied with.
  virtual torch::Tensor Vectors() { return items(); }
  // What L_Q judges, each: float [B, T, A], without gradient.
  virtual std::vector<torch::Tensor> Played(const SessionBatch& batch) { return {batch.actions}; }
  // The states that L_Q fits, of those encoded anew, float [B, T, S]. Without gradient where the
  // encoder follows the actor.
  virtual torch::Tensor CriticStates(const SessionBatch&, const torch::Tensor& states) {
    return states;
  }
  // What is added to L_pi, of virtual items z float [B, T, A] at states [B, T, S]; not defined
  // where nothing is.
  virtual torch::Tensor MoreActorLoss(const SessionBatch&, const torch::Tensor& /*states*/,
                                      const torch::Tensor& /*z*/, UpdateStats& /*stats*/) {
    return {};
  }
  // Lets the actor's optimiser move these too.
  void AddToActor(const std::vector<torch::Tensor>& parameters);

  // Cross entropy of sigmoid(E_i z) against the responses to what was shown, of each step [B, T].
  torch::Tensor Supervision(const SessionBatch& batch, const torch::Tensor& z);
  // Q_k+1.
  Mlp& critic(size_t k = 0) { return critics_[k]; }
  size_t critics() const { return critics_.size(); }

 private:
  torch::Tensor Targets(const SessionBatch& batch, const torch::Tensor& states);
  void FollowTargets(double actor_rate);
  // L_Q at `states` [B, T + 1, S], judged at `at` [B, T, S]; q: mean value of what was played.
  torch::Tensor CriticLoss(const SessionBatch& batch, const torch::Tensor& states,
                           const torch::Tensor& at, double* q);
  void ActorStep(const SessionBatch& batch, const torch::Tensor& states, UpdateStats& stats);

  const Variant variant_;
  Mlp actor_{nullptr}, target_actor_{nullptr};
  std::vector<Mlp> critics_, target_critics_;
  Adam* actor_adam_ = nullptr;
  Adam* critic_adam_ = nullptr;
  int64_t updates_ = 0;
};

}  // namespace lerl
