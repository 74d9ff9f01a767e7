#include "lerl/agents/learning/linear_bandit.h"

#include <gtest/gtest.h>

#include <limits>

#include "lerl/base/error.h"
#include "lerl/testing/small_agents.h"
#include "lerl/testing/update_stats.h"

namespace lerl {
namespace {

class Plain : public LinearBandit {
 public:
  Plain(const AgentContext& context, const LearnerConfig& learner)
      : LinearBandit("plain", context, learner, /*l2=*/1) {}
  using LinearBandit::ridge;

 private:
  void Explore(const Observation&, const Taste&, std::span<float>) override {}
};

// One user, items of vectors 1 and -3, width 1. The past: item 0 liked, item 1 not; y_mean = 1/2.
struct LinearBanditTestFixture {
  Dataset data;
  Split split;
  ItemFactors factors;

  LinearBanditTestFixture() {
    data.user_ids = {"a"};
    data.item_ids = {"0", "1"};
    data.behaviours = {"like"};
    data.categories = {"c"};
    data.category_offsets = std::vector<int64_t>{0, 1, 2};
    data.category_ids = std::vector<int32_t>{0, 0};
    data.user_offsets = std::vector<int64_t>{0, 2};
    data.items = std::vector<int32_t>{0, 1};
    data.responses = {Column<uint8_t>(std::vector<uint8_t>{1, 0})};
    split.train_end = split.valid_end = {2};
    split.train_users = {0};
    factors.width = 1;
    factors.vectors = {1, -3};
  }
  AgentContext Context() const {
    return {.dataset = data, .split = split, .factors = factors, .slate = 1};
  }
};

LearnerConfig LinearBanditTestLearner(int64_t warm_steps) {
  LearnerConfig learner;
  learner.warm_start.steps = warm_steps;
  return learner;
}

TEST(LinearBandit, StopsAtSumsThatAreNotFinite) {
  LinearBanditTestFixture f;
  f.factors.vectors[1] = std::numeric_limits<float>::quiet_NaN();
  Plain agent(f.Context(), LinearBanditTestLearner(1));
  try {
    agent.WarmStart();
    ADD_FAILURE() << "learned from no number";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnusable);
    EXPECT_STREQ(error.what(),
                 "agent 'plain' diverged: the sums of its ridge regression are not finite");
  }
}

// Rows in time order: x = (1, 1, 0) -> 1, at no taste yet; then the taste is (1/2) / 2 = 1/4 and
// x = (1, -3, -3/4) -> 0.
TEST(LinearBandit, StartsFromTheLogsInTheirOrder) {
  const LinearBanditTestFixture f;
  Plain agent(f.Context(), LinearBanditTestLearner(1));
  EXPECT_EQ(StatOf(agent.WarmStart(), "warm_start_rows"), 2);
  Ridge want(3, 1);
  want.Add(std::vector<double>{1, 1, 0}, 1);
  want.Add(std::vector<double>{1, -3, -0.75}, 0);
  want.Solve();
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(agent.ridge().mean()[i], want.mean()[i], 1e-12);
  AgentContext priced = f.Context();
  priced.price_factors = {1.5, 0.5};
  Plain dear(priced, LinearBanditTestLearner(1));
  dear.WarmStart();
  Ridge worth(3, 1);
  worth.Add(std::vector<double>{1, 1, 0}, 1.5);
  worth.Add(std::vector<double>{1, -3, -0.75}, 0);
  worth.Solve();
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(dear.ridge().mean()[i], worth.mean()[i], 1e-12);
  Plain cold(f.Context(), LinearBanditTestLearner(0));
  EXPECT_EQ(StatOf(cold.WarmStart(), "warm_start_rows"), 0);
  EXPECT_EQ(cold.ridge().mean()[0], 0);
}

// The past's taste is (1/2 + 3/2) / 3 = 2/3: x = (1, 1, 2/3) -> 1 for item 0, then the taste is
// (2 + 1/2) / 4 = 5/8 and x = (1, -3, -15/8) -> 1 for item 1.
TEST(LinearBandit, LearnsFromSessionsAndScoresByTheTasteOfPastAndSession) {
  const LinearBanditTestFixture f;
  Plain agent(f.Context(), LinearBanditTestLearner(0));
  SessionLog log;
  log.Resize(1, 2, 1, 1, 0);
  log.length = {2};
  log.items = {0, 1};
  log.responses = {1, 1};
  EXPECT_NEAR(StatOf(agent.Update(log), "squared_error"), 1, 1e-12);  // nothing was known
  Ridge want(3, 1);
  want.Add(std::vector<double>{1, 1, 2.0 / 3}, 1);
  want.Add(std::vector<double>{1, -3, -15.0 / 8}, 1);
  want.Solve();
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(agent.ridge().mean()[i], want.mean()[i], 1e-12);

  agent.Prepare(1);
  agent.Start(0, 0);
  const std::vector<int32_t> items = {0};
  const std::vector<uint32_t> liked = {1};
  const Shown shown{0, items, liked};
  agent.Observe({&shown, 1});
  std::vector<float> scores(2);
  const Observation seen{};
  agent.Act({&seen, 1}, false, scores, {});
  EXPECT_NEAR(scores[0], want.Predict(std::vector<double>{1, 1, 5.0 / 8}), 1e-6);
  EXPECT_NEAR(scores[1], want.Predict(std::vector<double>{1, -3, -15.0 / 8}), 1e-6);
}

// As above, but the session gives item 0 the second behaviour alone: the taste after it is
// (2 - 1/2) / 4 = 3/8, and x = (1, -3, -9/8).
TEST(LinearBandit, LearnsWhatTheRewardIsMadeOf) {
  const LinearBanditTestFixture f;
  SessionLog log;
  log.Resize(1, 2, 1, 1, 0);
  log.length = {2};
  log.items = {0, 1};
  log.responses = {2, 1};
  log.return_days = {3, 0};
  log.return_weight = 1;
  const auto expect = [&](double first, double second) {
    Plain agent(f.Context(), LinearBanditTestLearner(0));
    agent.Update(log);
    Ridge want(3, 1);
    want.Add(std::vector<double>{1, 1, 2.0 / 3}, first);
    want.Add(std::vector<double>{1, -3, -9.0 / 8}, second);
    want.Solve();
    for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(agent.ridge().mean()[i], want.mean()[i], 1e-6);
  };
  expect(-0.3, 1);
  log.reward_weights = {0, 2};
  expect(2 - 0.3, 0);
  log.learn_responses = false;
  expect(-0.3, 0);
}

}  // namespace
}  // namespace lerl
