#include "lerl/eval/off_policy/decision_estimators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/eval/off_policy/reward_model.h"
#include "lerl/testing/stored_estimates.h"

namespace lerl {
namespace {

using testing::ElementsAre;

// Four decisions of three units by hand: weights 4, 0, 1, 1; rewards 1, 1, 0, 1; a model that
// expects .5 of the action and .25 of the policy.
class Decisions : public testing::Test {
 protected:
  const std::vector<int32_t> unit_ = {0, 0, 1, 2};
  const std::vector<double> weight_ = {4, 0, 1, 1}, reward_ = {1, 1, 0, 1};
  const std::vector<double> modelled_ = {.5, .5, .5, .5}, target_ = {.25, .25, .25, .25};
  const WeighedDecisions log_ = {3, unit_, weight_, reward_, modelled_, target_};
};

TEST_F(Decisions, WeighRewards) {
  EXPECT_NEAR(Estimate(Ips(log_)), (4 + 0 + 0 + 1) / 4.0, 1e-12);
  EXPECT_NEAR(Estimate(SelfNormalisedIps(log_)), 5 / 6.0, 1e-12);
  EXPECT_NEAR(Estimate(ClippedIps(log_, 2)), (2 + 0 + 0 + 1) / 4.0, 1e-12);
  EXPECT_NEAR(Estimate(ClippedIps(log_, 9)), Estimate(Ips(log_)), 1e-12);
  EXPECT_THAT(UnitValues(Ips(log_)), ElementsAre(3 * 4 / 4.0, 0, 3 * 1 / 4.0));
}

TEST_F(Decisions, AddWhatTheModelExpects) {
  EXPECT_NEAR(Estimate(DirectMethod(log_, {})), .25, 1e-12);
  EXPECT_NEAR(Estimate(DirectMethod(log_, std::vector<double>{1, 0, 0, -.2})), .25 + .2, 1e-12);
  // Residuals .5, .5, -.5, .5 by the weights: 2 + 0 - .5 + .5.
  EXPECT_NEAR(Estimate(DoublyRobust(log_)), .25 + 2 / 4.0, 1e-12);
  EXPECT_NEAR(Estimate(SelfNormalisedDoublyRobust(log_)), .25 + 2 / 6.0, 1e-12);
  EXPECT_NEAR(Estimate(SwitchDoublyRobust(log_, 1)), .25 + 0, 1e-12);
  EXPECT_NEAR(Estimate(SwitchDoublyRobust(log_, 4)), Estimate(DoublyRobust(log_)), 1e-12);
}

// Where the model knows the reward, all that a weight can add is nothing: the smallest tau would
// vary least, but (9) counts what it might miss.
TEST_F(Decisions, TheSwitchWeighsVarianceAgainstWhatIsLeftOut) {
  EXPECT_EQ(SwitchByError(log_, 1), 4);     // bias 1 against a variance of at most 1.25 / 4
  EXPECT_EQ(SwitchByError(log_, 1e-9), 0);  // a bias that is worth nothing: the least variance
  EXPECT_EQ(UsualClip(400), 20);
}

// With its models, so that these are compared, too.
TEST(DecisionEstimators, AgreeWithOpenBanditPipeline) {
  const nlohmann::json stored = StoredEstimates("decisions");
  const auto [log, policy] = StoredDecisions(stored);
  const std::vector<double> rho = WeightsOf(log, policy), ones(rho.size(), 1);
  const double l2 = stored["l2"];
  const auto weighed = [&](const ModelledRewards& by) {
    return WeighedDecisions{log.units, log.unit, rho, log.reward, by.modelled, by.target};
  };
  const ModelledRewards ridge = FittedOnAll(log, RewardModel(log, ones, {.l2 = l2}), policy);
  const WeighedDecisions by_ridge = weighed(ridge);
  EXPECT_NEAR(Estimate(Ips(by_ridge)), stored["ips"], 1e-9);
  EXPECT_NEAR(Estimate(SelfNormalisedIps(by_ridge)), stored["snips"], 1e-9);
  EXPECT_NEAR(Estimate(DirectMethod(by_ridge, ridge.influence)), stored["dm"], 1e-9);
  EXPECT_NEAR(Estimate(DoublyRobust(by_ridge)), stored["dr"], 1e-9);
  EXPECT_NEAR(Estimate(SelfNormalisedDoublyRobust(by_ridge)), stored["sndr"], 1e-9);
  EXPECT_NEAR(Estimate(SwitchDoublyRobust(by_ridge, stored["tau"])), stored["switch_dr"], 1e-9);
  const RewardModel mrdr(log, MrdrWeights(log, policy), {.l2 = l2});
  EXPECT_NEAR(Estimate(DoublyRobust(weighed(FittedOnAll(log, mrdr, policy)))), stored["mrdr"],
              1e-9);
}

}  // namespace
}  // namespace lerl
