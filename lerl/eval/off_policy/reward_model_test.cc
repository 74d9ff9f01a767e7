#include "lerl/eval/off_policy/reward_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "lerl/base/math.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/stored_estimates.h"

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;

LoggedTable Rows(std::vector<int32_t> action, std::vector<double> reward) {
  LoggedTable log;
  log.actions = {"a", "b"};
  log.action = std::move(action);
  log.reward = std::move(reward);
  log.propensity.assign(log.action.size(), .5);
  log.features.assign(log.action.size(), 1);
  GroupByRow(log);
  return log;
}

JudgedPolicy Always(const LoggedTable& log, double first) {
  JudgedPolicy policy{.distributions = {{first, 1 - first}},
                      .distribution = std::vector<int32_t>(log.action.size(), 0)};
  for (const int32_t action : log.action)
    policy.of_logged.push_back(action == 0 ? first : 1 - first);
  return policy;
}

std::vector<double> Ones(const LoggedTable& log) {
  return std::vector<double>(log.action.size(), 1);
}

// Two rows of each action, rewards 1, 1 and 0, 0, l2 = 2: beta = 1/2 and b_a = 2 (+-1/2) / (2 + 2).
TEST(RewardModel, IsTheRidgeSolution) {
  const LoggedTable log = Rows({0, 0, 1, 1}, {1, 1, 0, 0});
  const RewardModel model(log, Ones(log), {.l2 = 2});
  EXPECT_NEAR(model.Predict(0, 0), .75, 1e-12);
  EXPECT_NEAR(model.Predict(3, 1), .25, 1e-12);
  EXPECT_NEAR(model.Expect(Always(log, .2))[0], .2 * .75 + .8 * .25, 1e-12);
}

// By symmetry beta = 0 and b = (t, -t), where 2 (1 - sigmoid(t)) = l2 t.
TEST(RewardModel, LogisticSolvesItsScoreEquation) {
  const LoggedTable log = Rows({0, 0, 1, 1}, {1, 1, 0, 0});
  const RewardModel model(log, Ones(log), {.logistic = true, .l2 = 2});
  const double t = LogOdds(model.Predict(0, 0));
  EXPECT_NEAR(2 * (1 - Sigmoid(t)), 2 * t, 1e-9);
  EXPECT_NEAR(model.Predict(0, 1), Sigmoid(-t), 1e-9);
}

// The influence is the derivative of the estimate by the weight of a row, less the mean.
TEST(RewardModel, InfluenceIsHowARowMovesTheEstimate) {
  LoggedTable log = Rows({0, 0, 1, 1, 1}, {1, .2, 0, .4, 1});
  log.width = 2;
  log.features = {1, .3, 1, -1, 1, .5, 1, 2, 1, 0};
  const JudgedPolicy policy = Always(log, .3);
  for (const bool logistic : {false, true}) {
    const RewardModelConfig config{.logistic = logistic, .l2 = .5};
    const auto estimate = [&](const std::vector<double>& v) {
      const ModelledRewards rewards = FittedOnAll(log, RewardModel(log, v, config), policy);
      return std::accumulate(rewards.target.begin(), rewards.target.end(), 0.0) / 5;
    };
    std::vector<double> slopes;
    for (size_t n = 0; n < 5; ++n) {
      std::vector<double> up = Ones(log), down = Ones(log);
      up[n] += 1e-4;
      down[n] -= 1e-4;
      slopes.push_back(5 * (estimate(up) - estimate(down)) / 2e-4);
    }
    const double mean = std::accumulate(slopes.begin(), slopes.end(), 0.0) / 5;
    for (double& slope : slopes) slope -= mean;
    EXPECT_THAT(RewardModel(log, Ones(log), config).Influence(policy),
                Pointwise(DoubleNear(1e-6), slopes));
  }
}

// What a model says of a row does not depend on the row's own reward.
TEST(RewardModel, CrossFittingHasNotSeenTheRow) {
  LoggedTable log = Rows({0, 1, 0, 1, 0, 1, 0, 1}, {1, 0, 0, 1, 1, 1, 0, 0});
  const JudgedPolicy policy = Always(log, .5);
  const auto modelled = [&] {
    return CrossFitted(log, CrossFit(log, Ones(log), {}), policy).modelled;
  };
  const double before = modelled()[2];
  log.reward[2] = 100;
  EXPECT_EQ(modelled()[2], before);
  log.reward[2] = 0;
}

TEST(RewardModel, MrdrWeighsByThePapersFormula) {
  LoggedTable log = Rows({0, 1}, {1, 0});
  log.propensity = {.5, .25};
  EXPECT_THAT(MrdrWeights(log, Always(log, .2)), ElementsAre(.2 * .5 / .25, .8 * .75 / .0625));
}

TEST(RewardModel, NeedsRows) {
  const LoggedTable log = Rows({0, 1}, {1, 0});
  EXPECT_THAT(ErrorOf(ErrorKind::kUnusable,
                      [&] {
                        RewardModel(log, std::vector<double>{0, 0}, {});
                      }),
              HasSubstr("no row to fit"));
}

// The models that Open Bandit Pipeline fits by scikit-learn, at all rows and actions.
TEST(RewardModel, AgreesWithOpenBanditPipeline) {
  const nlohmann::json stored = StoredEstimates("decisions");
  const StoredLog made = StoredDecisions(stored);
  const double l2 = stored["l2"];
  const RewardModel ridge(made.log, Ones(made.log), {.l2 = l2});
  const RewardModel mrdr(made.log, MrdrWeights(made.log, made.policy), {.l2 = l2});
  const RewardModel logistic(made.log, Ones(made.log), {.logistic = true, .l2 = l2});
  for (size_t n = 0; n < made.log.action.size(); ++n)
    for (size_t a = 0; a < 3; ++a) {
      const int64_t action = static_cast<int64_t>(a);
      EXPECT_NEAR(ridge.Predict(n, action), stored["ridge"][n][a], 1e-9);
      EXPECT_NEAR(mrdr.Predict(n, action), stored["mrdr_model"][n][a], 1e-9);
      EXPECT_NEAR(logistic.Predict(n, action), stored["logistic"][n][a], 1e-6);
    }
}

}  // namespace
}  // namespace lerl
