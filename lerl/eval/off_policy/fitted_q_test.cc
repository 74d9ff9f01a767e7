#include "lerl/eval/off_policy/fitted_q.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::Pointwise;

// Three sessions of two steps, two actions; the second step is in the state that the first action
// led to. Rewards of the first step are 0 but in the last session.
//   s a r:  0 0 0, 1 0 1 | 0 1 0, 2 1 3 | 0 1 2, 2 0 5
LoggedTable Sessions() {
  LoggedTable log;
  log.kind = LogKind::kSessions;
  log.actions = {"a", "b"};
  log.action = {0, 0, 1, 1, 1, 0};
  log.reward = {0, 1, 0, 3, 2, 5};
  log.unit = {0, 0, 1, 1, 2, 2};
  log.units = 3;
  log.groups = {0, 2, 4, 6};
  log.states = 3;
  log.state = {0, 1, 0, 2, 0, 2};
  log.features.assign(6, 1);
  return log;
}

JudgedPolicy Evenly(double first) {
  return {.distributions = {{first, 1 - first}}, .distribution = {0, 0, 0, 0, 0, 0}};
}

QValues Fit(const LoggedTable& log, const JudgedPolicy& policy, const FittedQConfig& config,
            const std::vector<double>& counts = {}) {
  return FittedQ(log, policy, config).Fit(counts);
}

// Q_1: (1, a) 1; (2, b) 3; (2, a) 5; (1, b) was never taken: the mean of b at that step, 3.
// V_1(1) = .25 * 1 + .75 * 3 = 2.5, V_1(2) = .25 * 5 + .75 * 3 = 3.5.
// Q_0(0, a) = 0 + .5 * 2.5; Q_0(0, b) = mean(0, 2) + .5 * 3.5.
TEST(FittedQ, GoesBackFromTheLastStep) {
  const QValues values = Fit(Sessions(), Evenly(.25), {.gamma = .5});
  EXPECT_THAT(values.q, Pointwise(DoubleNear(1e-12), {1.25, 1., 2.75, 3., 2.75, 5.}));
  const double first = .25 * 1.25 + .75 * 2.75;
  EXPECT_THAT(values.v, Pointwise(DoubleNear(1e-12), {first, 2.5, first, 3.5, first, 3.5}));
  const LoggedTable log = Sessions();
  const JudgedPolicy policy = Evenly(.25);
  EXPECT_NEAR(FittedQ(log, policy, {}).Unseen(), .75 / 6, 1e-12);  // b in state 1, one of six rows
}

// With a state for each step, one Q for all steps is the same one.
TEST(FittedQ, OneTableForAllStepsIsTheSameWhereStatesTellTheStep) {
  const QValues by_step = Fit(Sessions(), Evenly(1), {.gamma = .5});
  const QValues stationary = Fit(Sessions(), Evenly(1), {.gamma = .5, .stationary = true});
  EXPECT_THAT(stationary.v, Pointwise(DoubleNear(1e-12), by_step.v));
}

TEST(FittedQ, CountsUnits) {
  const QValues values = Fit(Sessions(), Evenly(.5), {}, std::vector<double>{1, 3, 1});
  // Q_0(0, b): rewards (3 * 0 + 2) / 4 and the value of state 2, (5 + 3) / 2.
  EXPECT_NEAR(values.q[2], .5 + 4, 1e-12);
}

// Without states and with features of 1 alone, the means of actions pulled towards that of the
// step.
TEST(FittedQ, IsLinearWithoutStates) {
  LoggedTable log = Sessions();
  log.state.clear();
  log.states = 0;
  const QValues values = Fit(log, Evenly(1), {.l2 = 1});
  // Step 1: mean 3, a has 1 and 5: 3 + (-2 + 2) / 3; b has 3.
  EXPECT_NEAR(values.v[1], 3, 1e-12);
  // Step 0: targets 3, 3, 5, mean 11/3; of a: 11/3 + (3 - 11/3) / 2.
  EXPECT_NEAR(values.q[0], 11 / 3.0 - 1 / 3.0, 1e-12);
}

TEST(FittedQ, CrossFittingHasNotSeenTheUnit) {
  LoggedTable log = Sessions();
  const JudgedPolicy policy = Evenly(.5);
  const double before = FittedQ(log, policy, {}).CrossFit(3).q[3];
  log.reward[3] = 100;
  EXPECT_EQ(FittedQ(log, policy, {}).CrossFit(3).q[3], before);
}

}  // namespace
}  // namespace lerl
