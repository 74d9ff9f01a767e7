#include "lerl/serve/guest.h"

#include <gtest/gtest.h>

#include "lerl/agents/registry.h"
#include "lerl/agents/slate_selector.h"
#include "lerl/base/index.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

TEST(Guest, HasNoPastAndIsInNoListOfTheSplit) {
  const RunConfig run = TinyRun();
  const auto world = TinyWorld(run);
  const std::string fingerprint = world->fingerprint;
  const int64_t users = world->dataset.num_users();
  const int32_t guest = AddGuest(*world);
  EXPECT_EQ(guest, users);
  EXPECT_EQ(world->dataset.num_users(), users + 1);
  CheckConsistent(world->dataset);
  EXPECT_TRUE(PastRows(world->dataset, world->split, guest).empty());
  EXPECT_EQ(world->fingerprint, fingerprint);
  for (const std::vector<int32_t>* list : UserLists(world->split))
    EXPECT_EQ(std::ranges::count(*list, guest), 0);
}

TEST(Guest, IsLikedByTheFactorisationAsTheItemsAre) {
  const RunConfig run = TinyRun();
  const auto world = TinyWorld(run);
  const int32_t guest = AddGuest(*world);
  const MfModel& model = world->factors.model;
  EXPECT_EQ(model.Logit(guest, 3), model.mean + model.item_bias[3]);
}

// Every agent that is no oracle can serve a guest: it starts, scores and takes in an answer.
TEST(Guest, IsServedByEveryAgent) {
  for (const AgentRow& row : AgentRows()) {
    if (row.oracle) continue;
    SCOPED_TRACE(row.name);
    RunConfig run = TinyRun();
    run.agent.name = row.name;
    const auto world = TinyWorld(run);
    const int32_t guest = AddGuest(*world);
    const Actors actors = MakeActors(*world, run, 1);
    actors.agent->Prepare(1);
    actors.agent->Start(0, guest);
    const std::vector<uint8_t> plan(At(world->dataset.num_categories()), 1), none(plan.size(), 0);
    std::vector<float> scores(At(world->dataset.num_items())),
        actions(At(actors.agent->action_width()));
    const Observation seen{
        .user = guest, .seed = 3, .budget_left = 1, .plan = plan, .dominant = none};
    actors.agent->Act({&seen, 1}, false, scores, actions);
    RequireFiniteScores(std::string(row.name), {&seen, 1}, scores);
    const std::vector<int32_t> items = {1, 5, 7};
    const std::vector<uint32_t> responses = {1, 0, 1};
    const Shown shown{.slot = 0, .items = items, .responses = responses};
    actors.agent->Observe({&shown, 1});
    actors.agent->Act({&seen, 1}, false, scores, actions);
    RequireFiniteScores(std::string(row.name), {&seen, 1}, scores);
  }
}

}  // namespace
}  // namespace lerl
