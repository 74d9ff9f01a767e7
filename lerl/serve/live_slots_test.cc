#include "lerl/serve/live_slots.h"

#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/sim/env_config.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

// A session of the simulator, played again in a live slot, looks the same to a policy at each step.
TEST(LiveSlots, ShowAPolicyWhatTheSimulatorShows) {
  const RunConfig run = TinyRun();
  const auto world = TinyWorld(run);
  const auto env = MakeWorldEnv(*world, *run.env, 1);
  LiveSlots live(world->dataset, world->split, *run.env, /*repeats=*/false, 2);
  env->Start(0, 7, 11);
  live.Start(1, 7);
  StepResult result;
  while (env->Observe(0).active) {
    const SlotView there = env->Observe(0), here = live.Observe(1);
    EXPECT_EQ(here.user, there.user);
    EXPECT_EQ(here.step, there.step);
    EXPECT_EQ(here.items_left, there.items_left);
    EXPECT_EQ(here.budget_left, there.budget_left);
    EXPECT_TRUE(std::ranges::equal(here.excluded, there.excluded));
    EXPECT_TRUE(std::ranges::equal(here.dominant, there.dominant));
    std::vector<int32_t> slate;  // the first items that may be shown
    for (int32_t item = 0; std::ssize(slate) < 3; ++item)
      if (there.excluded[At(item)] == 0) slate.push_back(item);
    env->Step(slate, result);
    live.Take(1, slate, result.responses);
  }
}

TEST(LiveSlots, GoOnAfterTheBudgetIsSpent) {
  RunConfig run = TinyRun();
  SetFields(run, {"env.budget=2"});
  const auto world = TinyWorld(run);
  LiveSlots live(world->dataset, world->split, *run.env, false, 1);
  live.Start(0, 3);
  std::vector<int32_t> free;
  for (int32_t item = 0; item < 60; ++item)
    if (live.Observe(0).excluded[At(item)] == 0) free.push_back(item);
  const std::vector<uint32_t> responses = {0, 1, 0};
  for (size_t step = 0; step < 4; ++step)
    live.Take(0, std::span(free).subspan(step * 3, 3), responses);
  EXPECT_EQ(live.Observe(0).budget_left, 0);
  EXPECT_EQ(live.Observe(0).step, 4);
}

TEST(LiveSlots, ItemsComeAgainOnlyWhereTheyMay) {
  RunConfig run = TinyRun();
  SetFields(run, {"env.exclude_history=false"});
  const auto world = TinyWorld(run);
  const std::vector<int32_t> slate = {4, 5, 6};
  const std::vector<uint32_t> responses(3);
  for (const bool repeats : {false, true}) {
    LiveSlots live(world->dataset, world->split, *run.env, repeats, 1);
    live.Start(0, 0);
    live.Exclude(0, std::vector{9, 9});
    EXPECT_EQ(live.Observe(0).items_left, 59);
    live.Take(0, slate, responses);
    EXPECT_EQ(live.Observe(0).excluded[5], repeats ? 0 : 1);
    EXPECT_EQ(live.Observe(0).items_left, repeats ? 59 : 56);
  }
}

TEST(LiveSlots, WhatIsWithdrawnIsExcludedFromTheStart) {
  RunConfig run = TinyRun();
  SetFields(run, {"env.exclude_history=false"});
  const auto world = TinyWorld(run);
  std::vector<uint8_t> withdrawn(60);
  withdrawn[7] = withdrawn[8] = 1;
  LiveSlots live(world->dataset, world->split, *run.env, /*repeats=*/true, 2, withdrawn);
  live.Start(1, 0);
  live.Exclude(1, std::vector{8, 9});
  EXPECT_EQ(live.Observe(1).items_left, 57);
  live.Start(1, 0);
  EXPECT_EQ(live.Observe(1).items_left, 58);
  EXPECT_EQ(live.Observe(1).excluded[7], 1);
  EXPECT_EQ(live.Observe(1).excluded[9], 0);
}

}  // namespace
}  // namespace lerl
