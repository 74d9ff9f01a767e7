#include "lerl/agents/hac.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/testing/small_agents.h"
#include "lerl/testing/update_stats.h"

namespace lerl {
namespace {

HacConfig HacTestConfig() {
  HacConfig config;
  config.replay.minibatch = 16;
  config.replay.passes = 4;
  config.replay.actor_rate = 3e-3;
  config.replay.critic_rate = 3e-3;
  return config;
}

TEST(Hac, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    Bandit bandit;
    const auto agent = MakeHac(bandit.Context(seed), BanditLearner(), HacTestConfig());
    for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(*agent, i, true);
    EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.9) << "seed " << seed;
  }
}

TEST(Hac, LearnsNothingFromPermutedRewards) {
  double sum = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Bandit bandit;
    const auto agent = MakeHac(bandit.Context(seed), BanditLearner(), HacTestConfig());
    for (uint64_t i = 0; i < 15; ++i) bandit.PlayAndLearn(*agent, i, true, /*permute=*/true);
    sum += bandit.PlayAndLearn(*agent, 1000, false);
  }
  EXPECT_NEAR(sum / 5, 0.5, 0.15);
}

// The statistics of the first and of the last of 25 iterations.
struct Course {
  UpdateStats first, last;
};
Course Learn(HacConfig config, uint64_t seed) {
  Bandit bandit;
  const auto agent = MakeHac(bandit.Context(seed), BanditLearner(), config);
  Course course;
  for (uint64_t i = 0; i < 25; ++i) {
    UpdateStats stats;
    bandit.PlayAndLearn(*agent, 100 * seed + i, true, false, &stats);
    (i == 0 ? course.first : course.last) = stats;
  }
  return course;
}

TEST(Hac, AlignmentBringsTheVectorToItsSlateAndItsValueToTheSlates) {
  double distance = 0, free_distance = 0, gap = 0, free_gap = 0, start = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    HacConfig aligned = HacTestConfig(), free = HacTestConfig();
    aligned.alignment = 1;
    free.alignment = 0;
    const Course with = Learn(aligned, seed), without = Learn(free, seed);
    start += StatOf(with.first, "alignment_loss");
    distance += StatOf(with.last, "alignment_loss");
    free_distance += StatOf(without.last, "alignment_loss");
    gap += StatOf(with.last, "value_gap");
    free_gap += StatOf(without.last, "value_gap");
  }
  RecordProperty("distance", std::to_string(distance / 3) + " against " +
                                 std::to_string(free_distance / 3) + ", at first " +
                                 std::to_string(start / 3));
  RecordProperty("gap", std::to_string(gap / 3) + " against " + std::to_string(free_gap / 3));
  EXPECT_LT(distance, 0.5 * start);
  EXPECT_LT(distance, 0.5 * free_distance);
  EXPECT_LT(gap, 0.5 * free_gap);
}

TEST(Hac, LearnsAsItsPublicCodeDoesWhenAsked) {
  for (int which = 0; which < 4; ++which) {
    HacConfig config = HacTestConfig();
    config.published_bootstrap = which == 0;
    config.published_noise = which == 1;
    config.published_states = which == 2;
    config.published_fit = which == 3;
    Bandit bandit;
    const auto agent = MakeHac(bandit.Context(), BanditLearner(), config);
    // Stored states are kept in place of the vectors: encoded history, 2 x 1 categories, budget.
    EXPECT_EQ(agent->action_width(), which == 2 ? 16 + 3 : 2);
    for (const auto& [name, value] : bandit.LastStats(*agent, 1))
      EXPECT_TRUE(std::isfinite(value)) << name;
  }
}

}  // namespace
}  // namespace lerl
