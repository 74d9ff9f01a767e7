#include "lerl/eval/off_policy/session_estimators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/stored_estimates.h"

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

// Two sessions of two units: the first of two steps, the second of one.
//   rho 2, .5 | 3     r 1, 4 | 2     gamma .5
LoggedTable TwoSessionsByHand() {
  LoggedTable log;
  log.kind = LogKind::kSessions;
  log.actions = {"a"};
  log.action = {0, 0, 0};
  log.reward = {1, 4, 2};
  log.unit = {0, 0, 1};
  log.units = 2;
  log.groups = {0, 2, 3};
  log.states = 2;
  log.state = {0, 1, 0};
  return log;
}

class TwoSessions : public testing::Test {
 protected:
  const LoggedTable log_ = TwoSessionsByHand();
  const std::vector<double> rho_ = {2, .5, 3};
  const std::vector<double> w_ = CumulatedWeights(log_, rho_);
};

TEST_F(TwoSessions, WeightsMultiplyOverTheSession) {
  EXPECT_THAT(w_, ElementsAre(2, 1, 3));
  EXPECT_THAT(LastOfEach(log_, w_), ElementsAre(1, 3));
  EXPECT_THAT(MeanOfEach(log_, w_), ElementsAre(1.5, 3));
  EXPECT_THAT(PaddedMeanOfEach(log_, rho_), ElementsAre(1.25, 3));
  EXPECT_THAT(ReturnOfEach(log_, .5), ElementsAre(3, 2));
  EXPECT_THAT(UnitOfEach(log_), ElementsAre(0, 1));
}

TEST_F(TwoSessions, ReturnsAreWeighed) {
  EXPECT_NEAR(Estimate(SessionIps(log_, w_, .5)), (1 * (1 + 2) + 3 * 2) / 2.0, 1e-12);
  EXPECT_NEAR(Estimate(WeighedReturns(log_, w_, .5)), (2 + .5 * 4 + 3 * 2) / 2.0, 1e-12);
  // Step 0: (2 + 6) / 5; step 1: .5 (1 * 4) / (1 + 3), with the weight of the session that ended.
  EXPECT_NEAR(Estimate(SelfNormalisedReturns(log_, w_, .5)), 8 / 5.0 + .5 * 4 / 4, 1e-12);
}

TEST_F(TwoSessions, TheModelIsCorrected) {
  const std::vector<double> q = {1, 3, 1}, v = {2, 1, 1};
  // 2 (1 - 1) + 2 + .5 (1 (4 - 3) + 2 * 1) | 3 (2 - 1) + 1
  EXPECT_NEAR(Estimate(SessionDoublyRobust(log_, w_, q, v, .5)), (3.5 + 4) / 2, 1e-12);
  // Residuals: (0 + 3) / 5 + .5 (1 + 0) / 4; values: (2 + 1) / 2 + .5 (2 * 1 + 0) / (2 + 3).
  EXPECT_NEAR(Estimate(SelfNormalisedSessionDr(log_, w_, q, v, .5)),
              3 / 5.0 + .5 / 4 + 1.5 + .5 * 2 / 5, 1e-12);
  EXPECT_NEAR(Estimate(FirstValues(log_, v)), 1.5, 1e-12);
}

// Both sessions begin in state 0, so that W_0 = rho_0. At step 1 one session of mu is in state 1,
// and 2 of pi's by (9): W_1 = 2 / 1 * .5.
TEST_F(TwoSessions, MarginalWeightsFollowTheStates) {
  EXPECT_THAT(MarginalWeights(log_, rho_), Pointwise(DoubleNear(1e-12), {2., 1., 3.}));
  EXPECT_THAT(MarginalWeights(log_, rho_, std::vector<double>{0, 2}), ElementsAre(0, 0, 3));
}

// Four sessions whose first step does not tell where the second one is: the marginal weight forgets
// which of them came by a likely action. Sessions are in state 0, then all in state 1.
TEST(MarginalisedSessions, ForgetHowAStateWasReached) {
  LoggedTable log;
  log.action.assign(4, 0);
  log.reward = {0, 1, 0, 1};
  log.unit = {0, 0, 1, 1};
  log.units = 2;
  log.groups = {0, 2, 4};
  log.states = 2;
  log.state = {0, 1, 0, 1};
  // Under pi (1.5 + .5) / 2 sessions a logged one are in state 1: W_1 = 1.
  EXPECT_THAT(MarginalWeights(log, std::vector<double>{1.5, 1, .5, 1}),
              Pointwise(DoubleNear(1e-12), {1.5, 1., .5, 1.}));
}

TEST(SessionEstimators, AgreeWithScopeRl) {
  const nlohmann::json stored = StoredEstimates("sessions");
  const LoggedTable log = StoredGroups(stored["reward"], stored["steps"]);
  std::vector<double> rho, q, v;
  for (size_t n = 0; n < log.reward.size(); ++n) {
    const size_t a = stored["action"][n];
    const nlohmann::json &pi = stored["pi"][n], &values = stored["q"][n];
    rho.push_back(pi[a].get<double>() / stored["mu"][n].get<double>());
    q.push_back(values[a]);
    v.push_back(pi[0].get<double>() * values[0].get<double>() +
                pi[1].get<double>() * values[1].get<double>());
  }
  const double gamma = stored["gamma"];
  const std::vector<double> w = CumulatedWeights(log, rho), marginal = stored["marginal"];
  EXPECT_NEAR(Estimate(SessionIps(log, w, gamma)), stored["session_wise"], 1e-9);
  EXPECT_NEAR(Estimate(WeighedReturns(log, w, gamma)), stored["per_decision"], 1e-9);
  // SCOPE-RL adds 1e-10 to what it divides by.
  EXPECT_NEAR(Estimate(SelfNormalisedReturns(log, w, gamma)), stored["per_decision_sn"], 1e-8);
  EXPECT_NEAR(Estimate(SessionDoublyRobust(log, w, q, v, gamma)), stored["dr"], 1e-9);
  EXPECT_NEAR(Estimate(SelfNormalisedSessionDr(log, w, q, v, gamma)), stored["sndr"], 1e-8);
  EXPECT_NEAR(Estimate(FirstValues(log, v)), stored["first_value"], 1e-9);
  EXPECT_NEAR(Estimate(WeighedReturns(log, marginal, gamma)), stored["marginalised"], 1e-9);
  EXPECT_NEAR(Estimate(SessionDoublyRobust(log, marginal, q, v, 1)), stored["marginalised_dr"],
              1e-9);
}

TEST(SlateEstimators, AgreeWithOpenBanditPipeline) {
  const nlohmann::json stored = StoredEstimates("slates");
  const LoggedTable log = StoredGroups(Flat(stored["reward"]), 3);
  const auto ratios = [&](const char* pi, const char* mu) {
    std::vector<double> rho = Flat(stored[pi]);
    const std::vector<double> below = Flat(stored[mu]);
    for (size_t n = 0; n < rho.size(); ++n) rho[n] /= below[n];
    return rho;
  };
  const std::vector<double> w = CumulatedWeights(log, ratios("pi", "mu"));
  EXPECT_NEAR(Estimate(SessionIps(log, w, 1)), stored["standard"], 1e-9);
  EXPECT_NEAR(Estimate(WeighedReturns(log, w, 1)), stored["reward_interaction"], 1e-9);
  const std::vector<double> alone = ratios("marginal_pi", "marginal_mu");
  EXPECT_NEAR(Estimate(WeighedReturns(log, alone, 1)), stored["independent"], 1e-9);
}

}  // namespace
}  // namespace lerl
