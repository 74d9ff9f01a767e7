#include "lerl/eval/audit/planner_practice.h"

#include <gtest/gtest.h>

#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

double LearnedSteps(Planner& planner) { return planner.Report().figures.at(0).second; }

TEST(Practise, LetsAPlannerLearnFromSessionsThatFollowFromTheSeed) {
  RunConfig config = TinyRun();
  config.agent.name = "popularity";
  config.planner.name = "learned";
  const auto world = TinyWorld(config);
  const auto after = [&](int64_t iterations, uint64_t seed) {
    Actors actors = MakeActors(*world, config, 1);
    Practise(*world, actors, iterations, seed);
    return LearnedSteps(actors.plans->planner());
  };
  EXPECT_EQ(after(0, 1), 0);
  EXPECT_GT(after(2, 1), after(1, 1));
  EXPECT_EQ(after(1, 1), after(1, 1));
  EXPECT_NE(after(1, 1), after(1, 2));
}

}  // namespace
}  // namespace lerl
