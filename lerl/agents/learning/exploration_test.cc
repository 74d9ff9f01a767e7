#include "lerl/agents/learning/exploration.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lerl/testing/given_responses.h"

namespace lerl {
namespace {

// Six items; the plan holds the first category's three, of which item 1 is excluded.
struct ExplorationTestFixture {
  Dataset data = HandMadeDataset({{0}, {0}, {0}, {1}, {1}, {1}}, 2);
  std::vector<uint8_t> plan = {1, 0}, excluded = {0, 1, 0, 0, 0, 0};

  std::vector<float> Scores(double epsilon, uint64_t seed) const {
    std::vector<float> scores = {1, 2, 3, 4, 5, 6};
    const Observation seen{.seed = seed, .plan = plan, .dominant = plan, .excluded = excluded};
    ExploreSlots(data, seen, 2, epsilon, scores);
    return scores;
  }
};

TEST(Exploration, LiftsRandomItemsOfTheMaskAboveAllOthers) {
  const ExplorationTestFixture f;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<float> scores = f.Scores(1, seed);
    EXPECT_GT(scores[0], 6);
    EXPECT_GT(scores[2], 6);
    EXPECT_EQ(scores[1], 2);
    EXPECT_EQ(scores[3], 4);
  }
}

TEST(Exploration, HappensAsOftenAsAskedAndFollowsTheSeed) {
  const ExplorationTestFixture f;
  EXPECT_EQ(f.Scores(0, 1), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  int lifted = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    const std::vector<float> scores = f.Scores(0.25, seed);
    lifted += static_cast<int>(
        std::count_if(scores.begin(), scores.end(), [](float score) { return score > 6; }));
    EXPECT_EQ(scores, f.Scores(0.25, seed));
  }
  EXPECT_NEAR(lifted / 2000.0, 0.25, 0.03);
}

TEST(Exploration, ShowsOnlyItemsOfThePlanThatAreNotExcluded) {
  const ExplorationTestFixture f;
  const Observation seen{.plan = f.plan, .dominant = f.plan, .excluded = f.excluded};
  EXPECT_EQ(ItemsToShow(f.data, seen), (std::vector<int32_t>{0, 2}));
}

TEST(Exploration, LiftsItemsOfAGivenListAlone) {
  const ExplorationTestFixture f;
  const Observation seen{.seed = 4, .plan = f.plan, .dominant = f.plan};
  std::vector<float> scores = {1, 2, 3, 4, 5, 6};
  ExploreSlotsFrom({3}, seen, 2, 1, scores);
  EXPECT_GT(scores[3], 6);
  scores[3] = 4;
  EXPECT_EQ(scores, (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

// softmax(0, log 3) = (1/4, 3/4).
TEST(Exploration, GumbelNoiseDrawsFromTheSoftmaxOfScores) {
  int second = 0;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    Observation seen;
    seen.seed = seed;
    std::vector<float> scores = {0, std::log(3.0f)};
    AddGumbelNoise({&seen, 1}, scores);
    second += scores[1] > scores[0] ? 1 : 0;
  }
  EXPECT_NEAR(second / 4000.0, 0.75, 0.03);
}

}  // namespace
}  // namespace lerl
