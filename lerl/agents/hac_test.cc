#include "lerl/agents/hac.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "lerl/base/index.h"
#include "lerl/testing/permuted_rewards.h"
#include "lerl/testing/small_agents.h"
#include "lerl/testing/small_sessions.h"
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
  ExpectOnlyTrueRewardsTeach(
      [](Bandit& bandit, uint64_t seed) {
        return MakeHac(bandit.Context(seed), BanditLearner(), HacTestConfig());
      },
      /*iterations=*/15);
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

// What agents of two configurations, or of two logs, say after the same updates.
std::string SaidAfter(const HacConfig& config, const std::function<void(SessionLog&)>& change) {
  const SmallSessions world;
  LearnerConfig learner = TinyLearner();
  learner.warm_start.steps = 0;
  const auto agent = MakeHac(world.Context(world.factors), learner, config);
  SessionLog log = world.Play(*agent, 8, 1, /*explore=*/true);
  change(log);
  agent->Update(log);
  std::string said;
  world.Play(*agent, 4, 2, /*explore=*/false, &said);
  return said;
}

void ScaleActions(SessionLog& log) {
  for (float& action : log.action) action *= 3;
}

TEST(Hac, FitsTheValueOfTheVectorThatWasPlayedUnlessPublished) {
  HacConfig config = HacTestConfig();
  EXPECT_NE(SaidAfter(config, [](SessionLog&) {}), SaidAfter(config, ScaleActions));
  config.published_fit = true;  // only the pooled vector of the slate counts
  EXPECT_EQ(SaidAfter(config, [](SessionLog&) {}), SaidAfter(config, ScaleActions));
}

TEST(Hac, BootstrapsWhereSessionsGoOnAndAsPublishedOnlyAfterTheirEnd) {
  const SmallSessions world;
  LearnerConfig learner = TinyLearner();
  learner.warm_start.steps = 0;
  // Every step pays 1 and nobody leaves: y = r + gamma Q' climbs towards 1 / (1 - gamma), y = r
  // stays at 1.
  const auto value = [&](bool published) {
    HacConfig config = HacTestConfig();
    config.published_bootstrap = published;
    config.replay.tau = 1;
    const auto agent = MakeHac(world.Context(world.factors), learner, config);
    double q = 0;
    for (uint64_t i = 0; i < 60; ++i) {
      SessionLog log = world.Play(*agent, 16, i, /*explore=*/true);
      std::fill(log.reward.begin(), log.reward.end(), 1.0f);
      std::fill(log.terminated.begin(), log.terminated.end(), uint8_t{0});
      std::fill(log.truncated.begin(), log.truncated.end(), uint8_t{1});
      q = StatOf(agent->Update(log), "q");
    }
    return q;
  };
  EXPECT_NEAR(value(true), 1, 0.25);
  EXPECT_GT(value(false), 2);
}

TEST(Hac, ExploresByNormalNoiseAndAsPublishedByPositiveNoise) {
  const SmallSessions world;
  const auto noise = [&](bool published) {
    HacConfig config = HacTestConfig();
    config.published_noise = published;
    config.epsilon = 0;
    const auto agent = MakeHac(world.Context(world.factors), TinyLearner(), config);
    // Both plays begin in the same states; only the first step can be compared.
    const SessionLog drawn = world.Play(*agent, 32, 1, /*explore=*/true),
                     mode = world.Play(*agent, 32, 1, /*explore=*/false);
    std::vector<float> differences;
    for (int64_t s = 0; s < drawn.sessions; ++s)
      for (size_t d = 0; d < At(drawn.action_width); ++d)
        differences.push_back(drawn.action[drawn.Cell(s, 0) * At(drawn.action_width) + d] -
                              mode.action[mode.Cell(s, 0) * At(mode.action_width) + d]);
    return differences;
  };
  const auto sigma = static_cast<float>(HacConfig().replay.explore_sigma);
  const std::vector<float> published = noise(true), ours = noise(false);
  EXPECT_GE(*std::min_element(published.begin(), published.end()), -1e-5f);
  EXPECT_LE(*std::max_element(published.begin(), published.end()), sigma + 1e-5f);
  EXPECT_LT(*std::min_element(ours.begin(), ours.end()), -sigma);
  EXPECT_GT(*std::max_element(ours.begin(), ours.end()), sigma);
}

// The weights of the state encoder, before and after an update in which one optimiser stands still.
bool EncoderMoves(bool published, double critic_rate, double actor_rate) {
  const SmallSessions world;
  HacConfig config = HacTestConfig();
  config.published_states = published;
  config.replay.critic_rate = critic_rate;
  config.replay.actor_rate = actor_rate;
  LearnerConfig learner = TinyLearner();
  learner.warm_start.steps = 0;
  const auto agent = MakeHac(world.Context(world.factors), learner, config);
  const auto weights = [&] {
    TensorFile file;
    agent->Save(file);
    std::vector<float> all;
    for (const auto& [name, array] : file.arrays) {
      if (!name.starts_with("agent.encoder.")) continue;
      const std::vector<float> values = array.Values<float>();
      all.insert(all.end(), values.begin(), values.end());
    }
    EXPECT_FALSE(all.empty());
    return all;
  };
  const std::vector<float> before = weights();
  agent->Update(world.Play(*agent, 8, 1, /*explore=*/true));
  return before != weights();
}

TEST(Hac, TrainsItsEncoderThroughTheCriticAndAsPublishedThroughTheActor) {
  EXPECT_TRUE(EncoderMoves(false, 1e-3, 0));
  EXPECT_FALSE(EncoderMoves(false, 0, 1e-3));
  EXPECT_TRUE(EncoderMoves(true, 0, 1e-3));
  EXPECT_FALSE(EncoderMoves(true, 1e-3, 0));
}

TEST(Hac, KeepsTheStateInPlaceOfTheVectorAsPublishedAndFitsItsValues) {
  const Bandit bandit;
  HacConfig config = HacTestConfig();
  EXPECT_EQ(MakeHac(bandit.Context(), BanditLearner(), config)->action_width(), 2);
  config.published_states = true;
  // Encoded history, 2 x 1 categories, budget.
  EXPECT_EQ(MakeHac(bandit.Context(), BanditLearner(), config)->action_width(), 16 + 3);
  EXPECT_NE(SaidAfter(config, [](SessionLog&) {}), SaidAfter(config, ScaleActions));
}

}  // namespace
}  // namespace lerl
