#pragma once
// SessionEnv: the whole-session task. A learned response model answers for the user, and leave
// rules end the session.
//
// Axes: B slots, K slate, I items, F behaviours. One step of a slot:
//
//   p_kf = clamp(sigmoid(logit_kf) - rho * similarity_k, 0, 1)
//   y_kf ~ Bernoulli(p_kf)
//   r    = mean_k sum_f w_f y_kf
//
//   logit_kf       of the response model (sim/response/response_model.h)
//   similarity_k   mean cosine of item k with the other items of the slate; 0 for a slate of one
//   rho            env.rho
//   y_kf           the response to item k by behaviour f, from the session's own stream of draws
//   w_f            env.reward_weights; if empty, 1 for the first behaviour and 0 for the others
//
// The expected reward has p_kf in place of y_kf. Then the leave rules say whether the session is
// terminated (the user left) or truncated (the limit); if neither, the response model takes in the
// slate with its responses.
//
// Reference: the whole-session task of KuaiSim (arXiv 2309.12645; docs/papers.md#kuaisim).

#include <memory>
#include <span>

#include "lerl/sim/response/response_model.h"
#include "lerl/sim/rules/leave_rules.h"
#include "lerl/sim/slot_env.h"

namespace lerl {

class SessionEnv : public SlotEnv {
 public:
  // The data set, split, model and vectors must outlive the environment. `item_vectors` [I, D] are
  // the data set's fixed unit vectors, for the similarity; they may be empty when rho is 0.
  // `visits` is how many sessions in a row a subclass plays. Throws Error(kConfig) when no rule is
  // sure to end a session, or when there is not one weight for each behaviour.
  SessionEnv(const Dataset& dataset, const Split& split, const ResponseModel& model,
             std::span<const float> item_vectors, const EnvConfig& config, int slots, int threads,
             int64_t visits = 1);

  void Start(int slot, int32_t user, uint64_t session_seed) override;
  void Step(std::span<const int32_t> slates, StepResult& result) override;
  float budget_left(int slot) const override;  // the least over the leave rules
  void OracleRewards(int slot, std::span<float> rewards) const override;
  void Describe(SessionLog& log) const override;

  std::span<const double> reward_weights() const { return weights_; }  // w [F]

 protected:
  void StartRules(int slot);
  // Asks the leave rules and closes the step, after the slate was answered. Returns false if the
  // session of the slot has ended.
  virtual bool Finish(int slot, std::span<const int32_t> slate, StepResult& result);

 private:
  struct Rule {
    std::unique_ptr<LeaveRule> rule;
    bool truncates;
  };
  std::vector<float> Similarity(std::span<const int32_t> slate) const;
  void Answer(int slot, std::span<const int32_t> slate, std::span<const float> logits,
              StepResult& result);
  void StepBlock(int64_t block, std::span<const int32_t> slates, StepResult& result);

  const ResponseModel& model_;
  const std::span<const float> vectors_;  // [I, width_]
  const std::vector<double> weights_;     // [F]
  const int threads_;
  const int64_t width_;
  std::unique_ptr<ResponseState> state_;
  std::vector<Rule> rules_;
};

}  // namespace lerl
