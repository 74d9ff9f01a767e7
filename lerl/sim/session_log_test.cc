#include "lerl/sim/session_log.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(SessionLog, HasRoomForEveryColumnAndForgetsWhatStoodThere) {
  SessionLog log;
  log.Resize(2, 3, 4, 5, 6);
  log.reward[log.Cell(1, 2)] = 1;
  log.Resize(2, 3, 4, 5, 6);
  EXPECT_EQ(log.Cell(1, 2), 5u);
  EXPECT_EQ(log.user.size(), 2u);
  EXPECT_EQ(log.items.size(), 24u);
  EXPECT_EQ(log.responses.size(), 24u);
  EXPECT_EQ(log.action.size(), 36u);
  EXPECT_EQ(log.plan.size(), 30u);
  EXPECT_EQ(log.ranking, std::vector<int16_t>(30, -1));
  EXPECT_EQ(log.reward[5], 0.0f);
}

// Two visits of two steps; the user came back after 2 days, then after 5; weight 2.
TEST(SessionLog, TellsWhatIsLearnedFromVisits) {
  SessionLog log;
  log.Resize(1, 4, 1, 1, 0);
  log.length[0] = 4;
  log.truncated[0] = 1;
  log.reward = {0.5f, 1, 0, 1};
  log.return_days = {0, 2, 0, 5};
  log.gap_discount = 0.5;
  EXPECT_EQ(log.LearningReward(1), 1);
  log.return_weight = 2;
  EXPECT_FLOAT_EQ(log.LearningReward(0), 0.5f);
  EXPECT_FLOAT_EQ(log.LearningReward(1), 1 - 0.4f);
  log.learn_responses = false;
  EXPECT_FLOAT_EQ(log.LearningReward(0), 0);
  EXPECT_FLOAT_EQ(log.LearningReward(3), -1);
  EXPECT_FLOAT_EQ(log.ReturnReward(0), 0);
  EXPECT_FLOAT_EQ(log.ReturnReward(3), -1);
  EXPECT_EQ(log.Continuation(0, 0), 1);
  EXPECT_EQ(log.Continuation(0, 1), 0.5f);
  EXPECT_EQ(log.Continuation(0, 3), 0.5f);  // cut, not left
}

TEST(SessionLog, CreditsResponsesByTheWeightsOfTheReward) {
  SessionLog log;
  log.Resize(1, 1, 3, 1, 0);
  log.responses = {1, 2, 3};
  const auto credits = [&log] {
    return std::vector<float>{log.ResponseCredit(0, 0), log.ResponseCredit(0, 1),
                              log.ResponseCredit(0, 2)};
  };
  EXPECT_EQ(credits(), (std::vector<float>{1, 0, 1}));
  log.reward_weights = {0.5, -2};
  EXPECT_EQ(credits(), (std::vector<float>{0.5, -2, -1.5}));
  log.items = {2, 0, 0};
  log.price_factors = {0.5, 1, 4};
  EXPECT_EQ(credits(), (std::vector<float>{2, -1, -0.75}));
  log.learn_responses = false;
  EXPECT_EQ(credits(), (std::vector<float>{0, 0, 0}));
}

TEST(SessionLog, AUserWhoLeftDoesNotGoOn) {
  SessionLog log;
  log.Resize(2, 2, 1, 1, 0);
  log.length = {2, 2};
  log.terminated = {1, 0};
  EXPECT_EQ(log.Continuation(0, 0), 1);
  EXPECT_EQ(log.Continuation(0, 1), 0);
  EXPECT_EQ(log.Continuation(1, 1), 1);
}

TEST(SessionLog, ASessionCutWithNoBudgetLeftIsOverForAnAgentThatSeesTheBudget) {
  SessionLog log;
  log.Resize(3, 2, 1, 1, 0);
  log.length = {2, 2, 2};
  log.truncated = {1, 1, 1};
  log.budget_after = {0, 0.25f, 0};  // by the limit; as the items ran out; by the last visit's end
  log.return_days[log.Cell(2, 1)] = 3;
  log.gap_discount = 0.5;
  for (const int64_t session : {0, 1}) EXPECT_EQ(log.Continuation(session, 1, false), 1);
  EXPECT_EQ(log.Continuation(0, 0, true), 1);
  EXPECT_EQ(log.Continuation(0, 1, true), 0);
  EXPECT_EQ(log.Continuation(1, 1, true), 1);
  EXPECT_EQ(log.Continuation(2, 1, true), 0.5f);
}

}  // namespace
}  // namespace lerl
