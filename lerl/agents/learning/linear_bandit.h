#pragma once
// LinearBandit: what `linucb` and `epsilon_greedy` share: one ridge regression (nn/ridge.h) of
// what items earn on features of user and item, learned online from sessions. It sees one slate
// ahead and plans nothing; it is what reinforcement learning should beat.
//
//   y       = theta . x(s, i)                                                                  (1)
//   x(s, i) = [1, E_i, m_s * E_i]                         of width W = 1 + 2 A                 (2)
//   m_s     = sum_j (y_j - y_mean) E_j / (rows + 1)       j over the user's past and session   (3)
//
//   y        expected credit of item i in state s: what its responses count in the reward, plus the
//            price of days away, as far as each is learned from (SessionLog::ResponseCredit and
//            ReturnReward); by default 1 for the first behaviour
//   E        item vectors [I, A] of the policy side; * multiplies entry by entry
//   m_s      the user's taste; y_j is the first behaviour to item j, y_mean its mean over the
//            training rows, and rows is the number of terms
// Users and items enter through products of their features, as in Li et al. 2010 (arXiv 1003.0146,
// section 4), of which the diagonal is kept, so new users need no model of their own. The rows of
// an iteration count from the next iteration on.
//
// Warm start: one pass over the training users' rows in time order, each a row of the regression.
// learner.warm_start.steps = 0 leaves the logs out.

#include <memory>
#include <string>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/nn/ridge.h"

namespace lerl {

class LinearBandit : public Agent {
 public:
  std::string name() const override { return name_; }
  bool learns() const override { return true; }
  void Prepare(int slots) override;
  void Start(int slot, int32_t user) override;
  void Act(std::span<const Observation> observations, bool explore, std::span<float> scores,
           std::span<float> actions) override;
  void Observe(std::span<const Shown> shown) override;
  UpdateStats Update(const SessionLog& log) override;
  UpdateStats WarmStart() override;
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

 protected:
  LinearBandit(std::string name, const AgentContext& context, const LearnerConfig& learner,
               double l2);

  // Taste: m_s [A], equation (3), as sums over rows.
  struct Taste {
    std::vector<double> sum;
    double rows = 0;
    double at(size_t d) const { return sum[d] / (rows + 1); }
  };
  // Turns the expected credits [I] of one observation into scores that explore.
  virtual void Explore(const Observation& seen, const Taste& taste, std::span<float> scores) = 0;

  std::span<const float> VectorOf(size_t item) const {
    return vectors_.subspan(item * width_, width_);
  }
  size_t width() const { return width_; }  // A
  const Ridge& ridge() const { return ridge_; }
  std::span<const double> inverse() const { return inverse_; }  // M^-1 [W, W] of nn/ridge.h

  const Dataset& dataset_;
  const int slate_;

 private:
  void Solve();
  Taste PastOf(int32_t user) const;
  void Add(Taste& taste, int32_t item, bool liked) const;
  void WriteFeatures(const Taste& taste, int32_t item, std::span<double> x) const;

  const std::string name_;
  const Split& split_;
  const std::vector<double> reward_weights_;
  const std::vector<float> price_factors_;
  const bool uses_logs_;
  const std::span<const float> vectors_;  // E [I, A]
  const size_t width_;
  const double mean_;
  Ridge ridge_;
  std::vector<double> inverse_;
  std::vector<Taste> tastes_;  // one per slot
};

}  // namespace lerl
