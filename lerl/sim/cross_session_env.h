#pragma once
// CrossSessionEnv: the cross-session task, where what counts is that users come back soon. A user
// plays several visits in a row (env.cross_session.visits), each of them a session of the
// whole-session task (sim/session_env.h). Between two visits lie d days, 1 to 10:
//
//   m_1   = .6                          mood at the start of a visit
//   m_t+1 = .6 m_t + .4 r_t             r_t: expected reward of step t at v = 0
//   d     ~ P(d), given q               drawn when a visit ends; law of sim/rules/return_law.h
//   q     = sigmoid(a + a_u + b m_end)  law "mood"; a and a_u in sim/rules/return_calibration.h
//
// From visit to visit the response model, the agent and the planner remember what they have seen.
// The leave rules, the mood, the dominant categories and the items already shown start anew.
//
// To agents, metrics and logs all visits of a user are one session of the log, in which
// `return_days` marks the steps that end a visit. The end of a visit is neither `terminated` nor
// `truncated`. After the last visit the session is `truncated`: the user would come back, so
// learning bootstraps there too.
//
// The discount after a step that ends a visit is the agent's own times gap_discount:
//   RLUR      agent's discount 1, gap_discount below 1 (Cai et al., WWW 2023, arXiv 2302.01724)
//   KuaiSim   gap_discount 0, so that credit never crosses the end of a visit
//
// Reference: KuaiSim, arXiv 2309.12645 (docs/papers.md#return-law). Differences from it:
//   - visits end by leave rules; there, after 5 steps;
//   - agents pick items; there, the weights with which the response model ranks items;
//   - the default law depends on the mood of a whole visit; there, on the last slate alone, which
//     law = "kuaisim" offers.
// Not handled: recovery. However long users were away, they come back as they left.

#include "lerl/sim/rules/return_calibration.h"
#include "lerl/sim/session_env.h"

namespace lerl {

class CrossSessionEnv : public SessionEnv {
 public:
  // The arguments and errors are those of SessionEnv.
  CrossSessionEnv(const Dataset& dataset, const Split& split, const ResponseModel& model,
                  std::span<const float> item_vectors, const EnvConfig& config, int slots,
                  int threads);

  void Start(int slot, int32_t user, uint64_t session_seed) override;
  void Describe(SessionLog& log) const override;

  double intercept() const { return return_.intercept(); }  // a of the law "mood"

 protected:
  bool Finish(int slot, std::span<const int32_t> slate, StepResult& result) override;

 private:
  struct Visitor {
    int64_t visits = 0;    // visits that have ended
    double mood = 0;       // m_t now
    double last_mood = 0;  // m_end of the last visit that ended
    Rng rng{0};            // the stream of days
  };
  // The law's q for a visit that ends with this slate.
  double RateOf(int slot, std::span<const int32_t> slate, const StepResult& result) const;

  std::vector<Visitor> visitor_;  // [B]
  std::vector<double> odds_;      // [F] v of the law "kuaisim"
  MoodReturn return_;
};

}  // namespace lerl
