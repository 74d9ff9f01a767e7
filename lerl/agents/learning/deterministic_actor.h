#pragma once
// DeterministicActor: what `ddpg`, `td3` and `hac` share. An actor proposes a virtual item, critics
// judge the pair of state and virtual item, and sessions come from a replay. Include from .cc files
// only.
//
//   z_t  = pi(s_t) + sigma N(0, I),     pi(s) = tanh(...) in the box [-1, 1]^A                 (1)
//   y_t  = r_t + gamma g_t min_k Q'_k(s_t+1, box(pi'(s_t+1) + clip(noise, -c, c)))             (2)
//   L_Q  = sum_k mean_t (Q_k(s_t, z_t) - y_t)^2                                                (3)
//   L_pi = -mean_t Q_1(sg(s_t), pi(sg(s_t)))                                                   (4)
//
//   z_t        virtual item that is played; without exploration it is pi(s_t). sigma may fall over
//              the run (agents/learning/exploration_config.h)
//   box(z)     z cut at -1 and 1 in each entry
//   g_t        how much goes on after step t: 0 where the user left (agents/learning/gae.h)
//   Q'_k, pi'  soft copies of critics and actor, which follow them at rate tau
//   y_t        with n_step above 1, n rewards come before Q' (agents/learning/n_step.h)
//   noise, c   N(0, target_noise^2), cut at c = target_noise_clip; `td3` alone has it
//   sg         stop-gradient
// L_Q trains the critics and the state encoder; L_pi trains the actor alone.
//
// A ranking depends on the direction of z alone, so what actors propose is kept in the box, as in
// DDPG and TD3. Without a bound it runs away to where the critics were never fitted, and noise of
// size sigma explores nothing. Targets are judged in the box too, their noise included. What is
// played while exploring may leave it, other than in the papers: no virtual item is impossible, and
// a cut bends its direction. Where several entries are cut at 1, items tie, and lower ids win.
//
// The state encoder learns through the critics; the target reads its present states without
// gradient, so it needs no copy. With the state held fixed in L_pi the actor cannot raise Q by
// moving the state in place of the action (a fault of KuaiSim's HAC). Sessions are encoded anew
// from ids, never stored as states.
//
// Warm start on chunks of the logs (agents/learning/session_batch.h): the actor by cross entropy of
// sigmoid(E_i . pi(s)) against the responses of the next chunk, the critics by L_Q on the chunk
// that the log shows.

#include "lerl/agents/learning/replay_agent.h"
#include "lerl/agents/learning/slate_policy.h"

namespace lerl {

class DeterministicActor : public ReplayAgent, public SlatePolicy {
 public:
  // The factor of Q'(s_t+1) in the target (2). The last two are those of public codes.
  enum class Bootstrap {
    kWhileOn,       // gamma g_t
    kWhenLeft,      // gamma where g_t is 0, 0 elsewhere
    kUndiscounted,  // gamma where g_t is 0, g_t elsewhere
  };
  struct Variant {
    int critics = 1;
    double target_noise = 0, target_noise_clip = 0;  // of equation (2); 0: no noise
    int64_t actor_every = 1;                         // critic steps per actor step
    // Switches for what public codes do.
    Bootstrap bootstrap = Bootstrap::kWhileOn;
    bool uniform_noise = false;          // exploring adds sigma U[0, 1) in place of sigma N(0, 1)
    bool encoder_follows_actor = false;  // L_pi in place of L_Q trains the state encoder
  };

  int action_width() const override { return static_cast<int>(item_width()); }
  const ItemIndex* item_index() override { return IndexOfItems(); }
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

  SessionBatch SlateBatch(const SessionLog& log) const override { return PlayedBatch(log); }
  SlateScores ScoreSlates(const SessionBatch& batch) override;
  std::vector<torch::Tensor> SlateParameters() override;
  void SlateParametersMoved() override { RefreshTracker(); }

 protected:
  DeterministicActor(std::string name, const AgentContext& context, const LearnerConfig& learner,
                     const ReplayConfig& config, const Variant& variant, bool masked = false);

  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float> actions) override;
  UpdateStats Learn(const SessionBatch& batch) override;
  double LearnFromLogs(const SessionBatch& batch) override;

  // The virtual item that is played when exploring, from the proposed one z [A]; equation (1).
  virtual torch::Tensor Explore(const torch::Tensor& z, const Observation& seen) const;
  // The vectors [I, A] of the items, whose products with a virtual item are the scores.
  virtual torch::Tensor Vectors() { return items(); }
  // The virtual items that L_Q judges; it is the sum over them. Each float [B, T, A], without
  // gradient.
  virtual std::vector<torch::Tensor> Played(const SessionBatch& batch) { return {batch.actions}; }
  // The states float [B, T, S] that L_Q is fitted in; `states` are those encoded anew. They have no
  // gradient where the encoder follows the actor.
  virtual torch::Tensor CriticStates(const SessionBatch&, const torch::Tensor& states) {
    return states;
  }
  // What an agent adds to L_pi, for virtual items z float [B, T, A] at states [B, T, S]. An
  // undefined tensor adds nothing.
  virtual torch::Tensor MoreActorLoss(const SessionBatch&, const torch::Tensor& /*states*/,
                                      const torch::Tensor& /*z*/, UpdateStats& /*stats*/) {
    return {};
  }
  // Lets the actor's optimiser move these parameters too.
  void AddToActor(const std::vector<torch::Tensor>& parameters);

  // The cross entropy of sigmoid(vector of i . z) against the responses to the items i that were
  // shown, of each step [B, T].
  torch::Tensor Supervision(const SessionBatch& batch, const torch::Tensor& z);
  // Q_1 is critic(0).
  Mlp& critic(size_t k = 0) { return critics_[k]; }
  size_t critics() const { return critics_.size(); }

  // pi'(s) float [..., A] as the target (2) judges it: with clipped noise, and in the box.
  torch::Tensor Smoothed(const torch::Tensor& z);

 private:
  torch::Tensor Targets(const SessionBatch& batch, const torch::Tensor& states);
  void FollowTargets(double actor_rate, double critic_rate);
  // L_Q, equation (3): targets from `states` [B, T + 1, S], values at `at` [B, T, S]. Writes the
  // mean value of what was played to `q`.
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
