#include "lerl/agents/linucb.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/index.h"
#include "lerl/nn/ridge.h"
#include "lerl/testing/permuted_rewards.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

TEST(Linucb, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  Bandit bandit;
  const auto agent = MakeLinucb(bandit.Context(), BanditLearner(), {});
  for (uint64_t i = 0; i < 20; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.9);
}

// The agent learns from one iteration only: rewards that are permuted inside iterations still tell
// good iterations from bad ones.
TEST(Linucb, LearnsNothingFromPermutedRewards) {
  ExpectOnlyTrueRewardsTeach(
      [](Bandit& bandit, uint64_t seed) {
        return MakeLinucb(bandit.Context(seed), BanditLearner(), {});
      },
      /*iterations=*/1, /*seeds=*/40);
}

// The bandit's users have 6 rows in their past; a user's taste is the sum of (y - 1/2) E over them,
// divided by 7.
TEST(Linucb, ExploresByTheStandardDeviationOfEachItemsEstimate) {
  Bandit bandit;
  const LinucbConfig config{.alpha = 2, .l2 = 0.5};
  LearnerConfig learner = BanditLearner();
  learner.warm_start.steps = 1;
  const auto agent = MakeLinucb(bandit.Context(), learner, config);
  agent->WarmStart();

  const auto taste_of = [&](int user, int rows) {
    std::vector<double> taste(2);
    for (int row = 0; row < rows; ++row) {
      const auto at = At(6 * user + row);
      for (size_t d = 0; d < 2; ++d)
        taste[d] += (static_cast<double>(bandit.dataset.responses[0][at]) - 0.5) *
                    double{bandit.factors.vectors[At(bandit.dataset.items[at]) * 2 + d]};
    }
    for (double& value : taste) value /= rows + 1;
    return taste;
  };
  const auto features = [&](const std::vector<double>& taste, int item) {
    const double a = double{bandit.factors.vectors[At(item) * 2]};
    const double b = double{bandit.factors.vectors[At(item) * 2 + 1]};
    return std::vector<double>{1, a, b, taste[0] * a, taste[1] * b};
  };
  Ridge ridge(5, config.l2);
  for (int user = 0; user < 40; ++user) {
    for (int row = 0; row < 6; ++row) {
      const auto at = At(6 * user + row);
      ridge.Add(features(taste_of(user, row), bandit.dataset.items[at]),
                bandit.dataset.responses[0][at]);
    }
  }
  ridge.Solve();
  const std::vector<double> inverse = ridge.Inverse();

  agent->Prepare(1);
  agent->Start(0, 7);
  Observation seen;
  seen.user = 7;
  std::vector<float> mean(40), bound(40);
  agent->Act({&seen, 1}, false, mean, {});
  agent->Act({&seen, 1}, true, bound, {});
  for (int item = 0; item < 40; ++item) {
    const std::vector<double> x = features(taste_of(7, 6), item);
    double variance = 0;
    for (size_t i = 0; i < 5; ++i)
      for (size_t j = 0; j < 5; ++j) variance += x[i] * inverse[i * 5 + j] * x[j];
    const auto at = At(item);
    EXPECT_NEAR(mean[at], ridge.Predict(x), 1e-5);
    EXPECT_NEAR(bound[at] - mean[at], 2 * std::sqrt(variance), 1e-5);
  }
}

}  // namespace
}  // namespace lerl
