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

// A user outside of training who played would throw: the world closes all of them.
TEST(Practise, PlaysTrainingUsersAlone) {
  RunConfig config = TinyRun();
  config.agent.name = "popularity";
  config.planner.name = "learned";
  const auto world = TinyWorld(config);
  world->split.closed.assign(world->split.train_end.size(), 1);
  for (const int32_t user : world->split.train_users)
    world->split.closed[static_cast<size_t>(user)] = 0;
  Actors actors = MakeActors(*world, config, 1);
  EXPECT_TRUE(Practise(*world, actors, 3, 1));
  world->split.closed.assign(world->split.train_end.size(), 1);
  EXPECT_THROW(Practise(*world, actors, 1, 1), Error);
}

}  // namespace
}  // namespace lerl
