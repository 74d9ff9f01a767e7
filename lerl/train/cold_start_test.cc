#include "lerl/train/cold_start.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

int64_t RowsOf(const World& world, int32_t user) {
  return world.split.train_end[At(user)] - world.dataset.RowsBegin(user);
}

TEST(CutHistories, LeavesThreeRowsOfWhoIsPlayedAndTheLogsOfTheOthers) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const World cold = CutHistories(*world, config.agent.factors, kColdRows);
  for (const auto* users :
       {&cold.split.train_users, &cold.split.valid_users, &cold.split.test_users})
    for (const int32_t user : *users) EXPECT_EQ(RowsOf(cold, user), kColdRows);
  EXPECT_EQ(cold.split.test_users, world->split.test_users);
  EXPECT_EQ(cold.split.train_users.size(), (world->split.train_users.size() + 1) / 2);
  for (const int32_t user : world->split.train_users) {
    const bool plays =
        std::ranges::find(cold.split.train_users, user) != cold.split.train_users.end();
    EXPECT_EQ(RowsOf(cold, user), plays ? kColdRows : RowsOf(*world, user));
  }
  EXPECT_NE(cold.factors.vectors, world->factors.vectors);
}

TEST(CutHistories, LeavesWhatUsersAreLikeAsItIs) {
  RunConfig config = TinyRun();
  config.agent.name = "popularity";
  const auto world = TinyWorld(config);
  const World cold = CutHistories(*world, config.agent.factors, 0);
  const auto rewards = [&](const Actors& actors) {
    std::vector<float> of_items(At(world->dataset.num_items()));
    actors.env->Start(0, world->split.test_users[0], 5);
    actors.env->OracleRewards(0, of_items);
    return of_items;
  };
  EXPECT_EQ(rewards(MakeActors(cold, config, 1, {.truth = world.get()})),
            rewards(MakeActors(*world, config, 1)));
}

}  // namespace
}  // namespace lerl
