#include "lerl/agents/control_agents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/data/sources/synthetic.h"

namespace lerl {
namespace {

Observation SeenAt(int slot, int step, uint64_t seed) {
  Observation seen;
  seen.slot = slot;
  seen.step = step;
  seen.seed = seed;
  return seen;
}

std::vector<float> Scores(Agent& agent, const Observation& seen, int64_t items) {
  std::vector<float> scores(static_cast<size_t>(items));
  agent.Act({&seen, 1}, false, scores, {});
  return scores;
}

TEST(RandomAgent, DrawsFromTheSessionsSeedAndStepAlone) {
  const auto agent = MakeRandomAgent();
  const std::vector<float> first = Scores(*agent, SeenAt(0, 1, 5), 50);
  EXPECT_EQ(first, Scores(*agent, SeenAt(9, 1, 5), 50));
  EXPECT_NE(first, Scores(*agent, SeenAt(0, 2, 5), 50));
  EXPECT_NE(first, Scores(*agent, SeenAt(0, 1, 6), 50));
}

TEST(PopularityAgent, CountsLikesOfTrainingRowsOnly) {
  const Dataset dataset = MakeSyntheticDataset({.users = 20, .items = 15, .rows_per_user = 10});
  const Split split = MakeSplit(dataset, {});
  std::vector<float> likes(15);
  for (int64_t user = 0; user < dataset.num_users(); ++user)
    for (const int64_t row : PastRows(dataset, split, user))
      if (dataset.responses[0][static_cast<size_t>(row)])
        ++likes[static_cast<size_t>(dataset.items[static_cast<size_t>(row)])];
  const auto agent = MakePopularityAgent(dataset, split);
  EXPECT_EQ(Scores(*agent, {}, 15), likes);
}

TEST(GreedyAgent, ScoresWithTheOracleItWasGiven) {
  const auto agent = MakeGreedyAgent([](int slot, std::span<float> rewards) {
    std::fill(rewards.begin(), rewards.end(), static_cast<float>(slot));
  });
  EXPECT_THAT(Scores(*agent, SeenAt(3, 0, 0), 4), ::testing::Each(3.0f));
}

}  // namespace
}  // namespace lerl
