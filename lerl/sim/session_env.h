#pragma once
// SessionEnv: the whole-session task. A learned response model answers, leave rules end sessions.
//
// Axes: B slots, K slate, F behaviours. One step of a slot:
//   p_kf   = clamp(sigmoid(logit_kf) - rho * similarity_k, 0, 1)   similarity: mean cosine of
//                                                                  item k with the rest
//   y_kf   ~ Bernoulli(p_kf)                                       the user's own stream
//   r      = mean_k sum_f w_f y_kf                                 expected: p in place of y
//   rules  -> terminated (the user left) or truncated (the limit)

#include <memory>
#include <span>

#include "lerl/sim/slot_env.h"
#include "lerl/sim/response/response_model.h"
#include "lerl/sim/rules/leave_rules.h"

namespace lerl {

class SessionEnv : public SlotEnv {
 public:
  // The data set, split and model must outlive the environment. `item_vectors` [I, D] are the data
  // set's fixed unit vectors (similarity); may be empty when rho is 0. Throws Error(kConfig) on an
  // impossible setting (no rule that ends a session; weights of another count than behaviours).
  // `visits`: sessions that a subclass plays in a row.
  SessionEnv(const Dataset& dataset, const Split& split, const ResponseModel& model,
             std::span<const float> item_vectors, EnvConfig config, int slots, int threads,
             int64_t visits = 1);

  void Start(int slot, int32_t user, uint64_t session_seed) override;
  void Step(std::span<const int32_t> slates, StepResult& result) override;
  float budget_left(int slot) const override;  // of the rule that is nearest to ending the session
  void OracleRewards(int slot, std::span<float> rewards) const override;

  std::span<const double> reward_weights() const { return weights_; }  // [F] as used

 protected:
  void StartRules(int slot);
  // Closes a step whose slate was answered. False if the slot's session has ended.
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
