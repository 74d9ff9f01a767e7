#pragma once
// EvolvingEnv: the evolving-interest task. What users like is known exactly
// (sim/evolving/evolving_users.h) and changes with what they are shown
// (sim/evolving/evolving_state.h): they tire of what they see, grow fond of what they like, and
// leave in a bad mood.
//
// Axes: B slots, K slate, C categories. One step of a slot whose user is in state s_t:
//
//   like_k ~ Bernoulli(sigmoid(x_k))         x_k: logit of item k in state s_t
//   r_t    = mean_k like_k                   expected reward: sigmoid(x_k) in place of like_k
//   s_t+1  = TakeIn(s_t, slate, likes)       fatigue, drift and mood after the slate
//   leave  ~ Bernoulli(LeaveChance(m_t+1))   terminated; m: mood
//   cut    : t = env.evolving.max_steps      truncated
//
// A like is the first behaviour; the others are never given. The leave rules, rho, reward_weights
// and history of [env] have no effect here.
//
// With env.evolving.visits above 1 a session is that many visits in a row, as in
// sim/cross_session_env.h. When a visit ends, the day of return is drawn by the mood
// (sim/rules/return_calibration.h). While the user is away fatigue decays and interests stay as
// they are; the mood starts anew.
//
// With strengths in env.evolving.craving users feel like something in each visit, and say so in
// words: SlotView::wish (sim/evolving/cravings.h).
//
// Likes, noise of the interests, leaving and days each have their own stream of draws, made from
// the session's seed.
//
// Only oracles see what a user is like (OracleState). budget_left tells policies how far the cut
// is, not how soon the user may leave.
//
// Reference: none; the task is ours (docs/papers.md#evolving-interests). Tasks with a learned
// response model don't know the truth; this one does, so it can measure what knowing a user is
// worth, and whether a policy finds interests that the log is silent on.
// Not handled: interests move by category, never for a single item, and the similarity within a
// slate has no effect.

#include "lerl/sim/evolving/cravings.h"
#include "lerl/sim/evolving/evolving_state.h"
#include "lerl/sim/rules/return_calibration.h"
#include "lerl/sim/slot_env.h"

namespace lerl {

class EvolvingEnv : public SlotEnv {
 public:
  // The data set, split and users must outlive the environment. Throws Error(kConfig) when there
  // are several visits under another law of return than "mood".
  EvolvingEnv(const Dataset& dataset, const Split& split, const EvolvingUsers& users,
              const EnvConfig& config, int slots, int threads)
      : EvolvingEnv(dataset, split, users, config, slots, threads, /*calibrate=*/true) {}

  void Start(int slot, int32_t user, uint64_t session_seed) override;
  void Step(std::span<const int32_t> slates, StepResult& result) override;
  float budget_left(int slot) const override;  // share of the visit's max_steps that is left
  void OracleRewards(int slot, std::span<float> rewards) const override;
  const EvolvingState* OracleState(int slot) const override;
  void OracleCraving(int slot, std::span<float> added) const override;
  SlotView Observe(int slot) const override;
  void Describe(SessionLog& log) const override;

 private:
  EvolvingEnv(const Dataset& dataset, const Split& split, const EvolvingUsers& users,
              const EnvConfig& config, int slots, int threads, bool calibrate);
  struct Session {
    EvolvingState state;
    int64_t visits = 0, steps = 0;  // visits that have ended; steps of the present one
    double last_mood = 0;           // mood at the end of the last visit
    uint64_t seed = 0;              // of the session
    Craving craving = {};           // of the present visit
    std::string wish = {};          // what the user said last in it
    Rng noise{0}, leaving{0}, days{0};
  };
  void StepSlot(int slot, std::span<const int32_t> slate, StepResult& result);
  void EndVisit(int slot, StepResult& result);
  // The craving of the visit that starts, and what the user says of it.
  void StartVisit(int slot);

  const EvolvingUsers& users_;
  const int threads_;
  const Cravings cravings_;
  std::vector<Session> session_;  // [B]
  MoodReturn return_;
};

}  // namespace lerl
