#include "lerl/agents/a2c.h"

#include <gtest/gtest.h>

#include "lerl/agents/agents_testing.h"

namespace lerl {
namespace {

TEST(A2c, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  for (const char* kind : {"virtual_item", "items"}) {
    Bandit bandit;
    LearnerConfig learner = BanditLearner();
    learner.policy.kind = kind;
    A2cConfig config;
    config.common.minibatch = 64;
    config.common.learning_rate = 5e-3;
    const auto agent = MakeA2c(bandit.Context(), learner, config);
    for (uint64_t i = 0; i < 200; ++i) bandit.PlayAndLearn(*agent, i, true);
    EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.95) << kind;
  }
}

}  // namespace
}  // namespace lerl
