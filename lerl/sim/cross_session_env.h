#pragma once
// CrossSessionEnv: the cross-session task, where what counts is that users come back soon. A user
// plays `visits` sessions in a row, each as in the whole-session task; in between lie 1 to 10 days.
//
//   mood      m_1 = .6 at the start of a visit,  m_t+1 = .6 m_t + .4 r_t     r: expected reward
//   return    d ~ the law of sim/rules/return_law.h, drawn when a visit ends, from the user's own stream;
//             sim/rules/return_calibration.h has its a and a_u
//
// What goes on from visit to visit: what the response model, the agent and the planner have seen.
// What starts anew: leave rules, mood, the dominant categories, and which items were shown.
//
// To agents, metrics and logs all visits of a user are one session of the log; `return_days` marks
// the steps that end a visit. A visit's end is neither `terminated` nor `truncated`; after the last
// visit the session is `truncated`: the user would come back, so learning bootstraps there too.
// The discount after such a step is the agent's own times gap_discount. RLUR's target (Cai et al.,
// WWW 2023, arXiv 2302.01724) is the agent's discount 1 and gap_discount below 1; KuaiSim's, in
// which credit never crosses a visit, is gap_discount 0.
//
// Reference: KuaiSim, arXiv 2309.12645. Differences: visits end by leave rules (there: after 5
// steps), agents pick items (there: weights of a ranking by the response model), and the default
// law depends on the mood of a whole visit (there: on the last slate; law = "kuaisim").
// Not handled: recovery; however long users were away, they come back as they left.

#include "lerl/sim/rules/return_calibration.h"
#include "lerl/sim/session_env.h"

namespace lerl {

class CrossSessionEnv : public SessionEnv {
 public:
  // As SessionEnv's.
  CrossSessionEnv(const Dataset& dataset, const Split& split, const ResponseModel& model,
                  std::span<const float> item_vectors, EnvConfig config, int slots, int threads);

  void Start(int slot, int32_t user, uint64_t session_seed) override;
  void Describe(SessionLog& log) const override;

  double intercept() const { return return_.intercept(); }  // a of the law "mood"

 protected:
  bool Finish(int slot, std::span<const int32_t> slate, StepResult& result) override;

 private:
  struct Visitor {
    int64_t visits = 0;    // that have ended
    double mood = 0;       // now
    double last_mood = 0;  // when the last visit ended
    Rng rng{0};            // of days
  };
  // q of the law, for a visit that ends with this slate.
  double RateOf(int slot, std::span<const int32_t> slate, const StepResult& result) const;

  std::vector<Visitor> visitor_;  // [B]
  std::vector<double> odds_;      // [F] v of the law "kuaisim"
  MoodReturn return_;
};

}  // namespace lerl
