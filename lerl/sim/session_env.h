#pragma once
// SessionEnv: the whole-session task. A learned response model answers for the user, and leave
// rules end the session.
//
// Axes: B slots, K slate, I items, F behaviours. One step of a slot:
//
//   p_kf = clamp(sigmoid(logit_kf) - rho * similarity_k, 0, 1)
//   y_kf ~ Bernoulli(p_kf)
//   r    = mean_k g_k sum_f w_f y_kf
//   g_k  = 1 - v + v price_k / mean price
//
//   logit_kf       of the response model (sim/response/response_model.h)
//   similarity_k   mean cosine of item k with the other items of the slate; 0 for a slate of one
//   rho            env.rho
//   y_kf           the response to item k by behaviour f, from the session's own stream of draws
//   w_f            env.reward_weights; if empty, 1 for the first behaviour and 0 for the others
//   v              env.value_weight, 0 by default, where every g_k is 1
//   price_k        of item k, the mean over all items (data/prices.h)
//
// The expected reward has p_kf in place of y_kf. A response to an item of the mean price counts the
// same at any v. At v = 1, where w is 1 for purchases alone, r is the revenue per item shown in
// units of the mean price. Prices please the shop and not its users: leave rules and moods read r
// as it is at v = 0.
//
// Not handled: behaviours that count whatever the item costs, beside others that count by price.
//
// Then the leave rules say whether the session is terminated (the user left) or truncated (the
// limit); if neither, the response model takes in the slate with its responses.
//
// Reference: the whole-session task of KuaiSim (arXiv 2309.12645; docs/papers.md#kuaisim).

#include <memory>
#include <span>

#include "lerl/sim/response/response_model.h"
#include "lerl/sim/rules/leave_rules.h"
#include "lerl/sim/slot_env.h"

namespace lerl {

// The factors g [I] of the items; empty for v = 0. Throws Error(kConfig) for another v where the
// data set has no prices.
std::vector<float> PriceFactors(const EnvConfig& config, const Dataset& dataset);

class SessionEnv : public SlotEnv {
 public:
  // The data set, split, model and vectors must outlive the environment. `item_vectors` [I, D] are
  // the data set's fixed unit vectors, for the similarity; they may be empty when rho is 0.
  // `visits` is how many sessions in a row a subclass plays. Throws Error(kConfig) when no rule is
  // sure to end a session, when there is not one weight for each behaviour, or when prices are to
  // count and the data set has none.
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
  // What the last slate of a slot was to its user: its rewards at v = 0.
  struct Pleasure {
    float drawn = 0, expected = 0;
  };
  const Pleasure& pleasure(int slot) const { return pleasure_[At(slot)]; }
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
  const std::vector<float> factors_;      // g [I], or empty
  const int threads_;
  const int64_t width_;
  std::unique_ptr<ResponseState> state_;
  std::vector<Rule> rules_;
  std::vector<Pleasure> pleasure_;  // [B]
};

}  // namespace lerl
