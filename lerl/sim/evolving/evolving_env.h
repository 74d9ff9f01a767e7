#pragma once
// EvolvingEnv: the evolving-interest task. What users like is known exactly (sim/evolving/evolving_users.h)
// and changes with what they are shown (sim/evolving/evolving_state.h has the equations): they tire of what
// they see, grow fond of what they like, and leave in a bad mood.
//
// Axes: B slots, K slate, C categories. One step of a slot, in state s:
//   like_k  ~ Bernoulli(sigmoid(x_k))        the first behaviour; others are never given
//   r       = mean_k like_k                  expected: sigmoid(x_k) in place of like_k
//   s      <- the state after the slate; terminated with the chance that its mood gives,
//             truncated after max_steps of [env.evolving]
// With `visits` above 1 a session is as many visits in a row, as in sim/cross_session_env.h: when
// one ends the day of return is drawn by the mood (sim/rules/return_calibration.h), fatigue decays with
// the days away, the mood starts anew, interests go on. Likes, noise of interests and leaving have
// a stream each, from the session's seed. Leave rules, rho, reward_weights and history of [env]
// don't matter.
//
// What a user is like is open to oracles alone (OracleState). budget_left tells policies how far
// the cut is, not how soon the user may leave.
//
// Reference: none; ours. What it adds to tasks with a learned response model: the truth is known,
// so knowledge of people is worth something that can be measured, and metrics can see whether a
// policy finds interests that the log is silent on.
// Not handled: interests in items beyond their categories don't move; the similarity within a
// slate doesn't matter.

#include "lerl/sim/slot_env.h"
#include "lerl/sim/evolving/evolving_state.h"
#include "lerl/sim/rules/return_calibration.h"

namespace lerl {

class EvolvingEnv : public SlotEnv {
 public:
  // Data set, split and users must outlive the environment.
  EvolvingEnv(const Dataset& dataset, const Split& split, const EvolvingUsers& users,
              const EnvConfig& config, int slots, int threads)
      : EvolvingEnv(dataset, split, users, config, slots, threads, /*calibrate=*/true) {}

  void Start(int slot, int32_t user, uint64_t session_seed) override;
  void Step(std::span<const int32_t> slates, StepResult& result) override;
  float budget_left(int slot) const override;  // share of max_steps
  void OracleRewards(int slot, std::span<float> rewards) const override;
  const EvolvingState* OracleState(int slot) const override;
  void Describe(SessionLog& log) const override;

 private:
  EvolvingEnv(const Dataset& dataset, const Split& split, const EvolvingUsers& users,
              const EnvConfig& config, int slots, int threads, bool calibrate);
  struct Session {
    EvolvingState state;
    int64_t visits = 0, steps = 0;  // visits that have ended; steps of this one
    double last_mood = 0;           // when the last visit ended
    Rng noise{0}, leaving{0}, days{0};
  };
  void StepSlot(int slot, std::span<const int32_t> slate, StepResult& result);
  void EndVisit(int slot, StepResult& result);

  const EvolvingUsers& users_;
  const int threads_;
  std::vector<Session> session_;  // [B]
  MoodReturn return_;
};

}  // namespace lerl
