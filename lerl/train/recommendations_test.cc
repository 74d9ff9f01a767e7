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
  SessionLog Play(int32_t users, const PlayOptions& options) {
    std::vector<SessionSpec> specs;
    for (int32_t user = 0; user < users; ++user) specs.push_back({user, At(user) + 9});
    Actors actors = MakeActors(*world_, run_, /*seed=*/1);
    actors.plans->planner().BeginIteration(4, PlanMode::kTraining);
    return PlaySessions(world_->dataset, *actors.env, *actors.agent, *actors.plans, specs, options);
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

TEST_F(Recommendations, LeaveSessionsAfterTheirSteps) {
  const SessionLog whole = Play(9, {.mode = PlanMode::kTraining});
  const SessionLog log = Play(9, {.mode = PlanMode::kTraining, .steps = 2});
  for (size_t s = 0; s < 9; ++s) {
    ASSERT_EQ(log.length[s], std::min(2, whole.length[s]));
    const size_t cell = log.Cell(static_cast<int64_t>(s), 0), slate = At(log.slate);
    for (size_t k = 0; k < slate * At(log.length[s]); ++k)
      EXPECT_EQ(log.items[cell * slate + k], whole.items[cell * slate + k]);
  }
}

TEST_F(Recommendations, AreAnnouncedBeforeTheyAreShown) {
  std::vector<std::vector<int32_t>> announced(At(int64_t{5}));
  PlayOptions options = {.mode = PlanMode::kTraining, .scores = true};
  options.on_slate = [&](const ChosenSlate& slate) {
    std::vector<int32_t>& items = announced[At(slate.session)];
    ASSERT_EQ(std::ssize(items), slate.step * std::ssize(slate.items));
    for (const int32_t item : slate.items) EXPECT_EQ(slate.excluded[At(item)], 0);
    EXPECT_TRUE(std::ranges::is_sorted(slate.items, std::greater(),
                                       [&](int32_t item) { return slate.scores[At(item)]; }));
    items.insert(items.end(), slate.items.begin(), slate.items.end());
  };
  const SessionLog log = Play(5, options);
  for (int64_t s = 0; s < 5; ++s) {
    const auto first = log.items.begin() + static_cast<std::ptrdiff_t>(log.Cell(s, 0)) * log.slate;
    EXPECT_EQ(announced[At(s)], std::vector<int32_t>(first, first + log.length[At(s)] * log.slate));
  }
}

}  // namespace
}  // namespace lerl
