#include "lerl/agents/learning/double_q.h"

#include <gtest/gtest.h>

#include "lerl/testing/small_agents.h"
#include "lerl/testing/update_stats.h"

namespace lerl {
namespace {

// Credits every shown item with 1.
class Content : public DoubleQ {
 public:
  Content(const AgentContext& context, const LearnerConfig& learner, const DoubleQConfig& config)
      : DoubleQ("content", context, learner, config) {}

 protected:
  torch::Tensor Credit(const SessionBatch& batch) override {
    return torch::ones_like(batch.responses);
  }
};

// Sessions of 3 steps that the user ends: 1, 1 + gamma, 1 + gamma + gamma^2.
TEST(DoubleQ, LearnsTheDiscountedSumOfWhatItemsAreCreditedWith) {
  for (const int64_t n_step : {1, 2, 5}) {
    Bandit bandit;
    DoubleQConfig config;
    config.replay.n_step = n_step;
    config.replay.critic_rate = 1e-2;
    config.replay.tau = 0.1;
    config.replay.passes = 4;
    config.replay.gamma = 0.5;
    Content agent(bandit.Context(), BanditLearner(), config);
    double q = 0;
    for (uint64_t i = 0; i < 20; ++i) q = StatOf(bandit.LastStats(agent, i), "q");
    EXPECT_NEAR(q, (1 + 1.5 + 1.75) / 3, 0.05) << n_step;
  }
}

}  // namespace
}  // namespace lerl
