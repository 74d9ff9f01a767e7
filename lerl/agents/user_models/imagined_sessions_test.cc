#include "lerl/agents/user_models/imagined_sessions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "lerl/agents/control_agents.h"
#include "lerl/base/error.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

// Everyone likes even items and nothing else; a step is worth ten times the number shown before.
class EvenLikers : public UserModel {
 public:
  void Respond(std::span<const ImaginedSlate> slates, std::span<float> chances,
               std::span<float> rewards) override {
    for (size_t n = 0; n < slates.size(); ++n) {
      for (size_t k = 0; k < slates[n].items.size(); ++k)
        chances[n * slates[n].items.size() + k] = slates[n].items[k] % 2 == 0 ? 1.0f : 0.0f;
      rewards[n] = 10 * static_cast<float>(slates[n].before.size());
    }
  }
};

SessionLog Imagine(const Bandit& bandit, const ImaginationConfig& config, int slate = 2) {
  const auto agent = MakeRandomAgent();
  EvenLikers model;
  const std::vector<int32_t> users = {3, 5};
  return ImagineSessions(bandit.dataset, bandit.split, *agent, model, users, slate, config, 1);
}

TEST(ImaginedSessions, AreCutAfterTheirStepsAndHoldTheModelsResponsesAndRewards) {
  const Bandit bandit;
  const SessionLog log = Imagine(bandit, {.steps = 4});
  EXPECT_THAT(log.length, ::testing::ElementsAre(4, 4));
  EXPECT_THAT(log.terminated, ::testing::ElementsAre(0, 0));
  EXPECT_THAT(log.truncated, ::testing::ElementsAre(1, 1));
  for (size_t i = 0; i < log.items.size(); ++i)
    EXPECT_EQ(log.responses[i], log.items[i] % 2 == 0 ? 1u : 0u);
  EXPECT_THAT(log.reward, ::testing::ElementsAre(0, 20, 40, 60, 0, 20, 40, 60));
}

// The budget is that of the rule max_steps, which knows nothing after 0.
TEST(ImaginedSessions, ShowABudgetAtWhoseEndNothingComes) {
  const Bandit bandit;
  SessionLog log = Imagine(bandit, {.steps = 4});
  EXPECT_FLOAT_EQ(log.budget[0], 1);
  EXPECT_FLOAT_EQ(log.budget[3], 0.25f);
  EXPECT_EQ(log.budget_after[0], 0);
  EXPECT_EQ(log.Continuation(0, 3, /*sees_budget=*/true), 0);
  EXPECT_EQ(log.Continuation(0, 3, /*sees_budget=*/false), 1);
  // A session that the items cut short has budget left, and bootstraps.
  log = Imagine(Bandit(/*users=*/8, /*items=*/20), {.steps = 10});
  EXPECT_FLOAT_EQ(log.budget_after[0], 0.2f);
  EXPECT_EQ(log.Continuation(0, 7, /*sees_budget=*/true), 1);
}

TEST(ImaginedSessions, ShowNothingTwiceUnlessRepeatsAreAllowed) {
  const Bandit bandit(/*users=*/8, /*items=*/20);
  SessionLog log = Imagine(bandit, {.steps = 10});
  // 16 items are left besides the 4 distinct ones of the past: 8 slates of 2.
  EXPECT_THAT(log.length, ::testing::ElementsAre(8, 8));
  const std::set<int32_t> shown(log.items.begin(), log.items.begin() + 16);
  EXPECT_EQ(shown.size(), 16u);
  EXPECT_EQ(shown.count(3), 0u);  // of the past of user 3
  log = Imagine(bandit, {.steps = 10, .repeats = true});
  EXPECT_THAT(log.length, ::testing::ElementsAre(10, 10));
}

TEST(ImaginedSessions, RefuseAUserWithFewerItemsThanASlate) {
  const Bandit bandit(/*users=*/8, /*items=*/20);
  EXPECT_THROW(Imagine(bandit, {}, /*slate=*/17), Error);
}

}  // namespace
}  // namespace lerl
