#include "lerl/train/recommendations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/testing/small_world.h"
#include "lerl/train/held_out.h"
#include "lerl/train/player.h"

namespace lerl {
namespace {

class Recommendations : public testing::Test {
 protected:
  std::vector<Recommendation> Ask(const RecommendConfig& config, std::vector<int32_t> users) {
    Actors actors = MakeActors(*world_, run_, /*seed=*/1);
    return Recommend(*world_, config, users, actors);
  }

  const RunConfig run_ = TinyRun();
  const std::unique_ptr<World> world_ = TinyWorld(run_);
};

TEST_F(Recommendations, AreTheSlateThatAnEvaluationWouldShowFirst) {
  Actors actors = MakeActors(*world_, run_, 1);
  actors.plans->planner().BeginIteration(DeriveSeed(1, "evaluation"), PlanMode::kEvaluation);
  const uint64_t seed = DeriveSeed(1, "recommendations", 7);
  const SessionLog log =
      PlaySessions(world_->dataset, *actors.env, *actors.agent, *actors.plans,
                   std::vector<SessionSpec>{{7, seed}}, {.mode = PlanMode::kEvaluation});
  const std::vector<Recommendation> slates = Ask({}, {7});
  ASSERT_EQ(slates.size(), 1);
  EXPECT_EQ(slates[0].items, std::vector<int32_t>(log.items.begin(), log.items.begin() + 3));
  EXPECT_TRUE(slates[0].responses.empty());
}

TEST_F(Recommendations, StandInTheOrderOfTheUsersThenOfTheSteps) {
  const std::vector<Recommendation> slates = Ask({.steps = 2}, {9, 3, 9, 1, 2, 5});
  std::vector<std::pair<int32_t, int>> order;
  for (const Recommendation& slate : slates) order.emplace_back(slate.user, slate.step);
  EXPECT_THAT(order, testing::ElementsAre(std::pair(9, 0), std::pair(9, 1), std::pair(3, 0),
                                          std::pair(3, 1), std::pair(9, 0), std::pair(9, 1),
                                          std::pair(1, 0), std::pair(1, 1), std::pair(2, 0),
                                          std::pair(2, 1), std::pair(5, 0), std::pair(5, 1)));
  for (const Recommendation& slate : slates) EXPECT_EQ(slate.responses.size(), 3);
}

TEST_F(Recommendations, LongerListsBeginWithTheSlateAndStayInsideThePlan) {
  const std::vector<int32_t> users = {1, 2, 3};
  const std::vector<Recommendation> slates = Ask({}, users);
  const std::vector<Recommendation> longer = Ask({.items = 8}, users);
  const std::vector<Recommendation> everything = Ask({.items = 1000}, users);
  for (size_t n = 0; n < users.size(); ++n) {
    ASSERT_EQ(longer[n].items.size(), 8);
    EXPECT_EQ(std::vector<int32_t>(longer[n].items.begin(), longer[n].items.begin() + 3),
              slates[n].items);
    EXPECT_EQ(std::set<int32_t>(longer[n].items.begin(), longer[n].items.end()).size(), 8);
    EXPECT_LT(std::ssize(everything[n].items), world_->dataset.num_items());
    for (const int32_t item : everything[n].items) {
      bool inside = false;
      for (const int32_t c : world_->dataset.CategoriesOf(item))
        inside |= everything[n].plan.plan[At(c)] != 0;
      EXPECT_TRUE(inside);
    }
  }
}

TEST_F(Recommendations, OfSeveralSlatesHaveTheRunsSize) {
  EXPECT_THAT([&] { Ask({.items = 5, .steps = 2}, {1}); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("env.slate_size")));
}

TEST_F(Recommendations, RefuseUsersWhomTheSplitCloses) {
  CloseHeldOut(world_->split, HeldOut::kValidation);
  EXPECT_THAT([&] { Ask({.steps = 2}, {world_->split.test_users[0]}); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("test user")));
}

}  // namespace
}  // namespace lerl
