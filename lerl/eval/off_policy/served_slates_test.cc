#include "lerl/eval/off_policy/served_slates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

using testing::HasSubstr;

// Slates of one item; item 1 is liked with .7, item 0 with .2. The log shows item 1 with
// probability `shown`, and the policy that is judged with .8, so that it is worth .6.
constexpr std::array<double, 2> kLiked = {0.2, 0.7};
constexpr double kWorth = 0.2 * 0.2 + 0.8 * 0.7;

std::vector<LoggedSlate> LogOfOneItem(double shown, int users, uint64_t seed) {
  std::vector<LoggedSlate> log;
  Rng rng(seed, "log");
  for (int n = 0; n < users * 10; ++n) {
    const size_t item = rng.Bernoulli(shown) ? 1 : 0;
    const double mu = item == 1 ? shown : 1 - shown, pi = item == 1 ? 0.8 : 0.2;
    LoggedSlate slate{.user = n / 10,
                      .log_ratios = {std::log(pi / mu)},
                      .rewards = {rng.Bernoulli(kLiked[item]) ? 1.0 : 0.0}};
    slate.modelled = item == 1 ? 0.6 : 0.3;  // a model that is roughly right
    slate.modelled_target = 0.2 * 0.3 + 0.8 * 0.6;
    log.push_back(slate);
  }
  return log;
}

// Four slates by hand, weights 2, 0, 1, 1 and rewards 1, 1, 0, 1:
//   IPS 3 / 4, SNIPS 3 / 4, DR with a model that says .5: (4 * .5 + 1 - 0 - .5 + .5) / 4.
std::vector<LoggedSlate> LogByHand() {
  constexpr double kNever = -std::numeric_limits<double>::infinity();
  const std::array<double, 4> log_ratios = {std::log(2.0), kNever, 0, 0};
  const std::array<double, 4> rewards = {1, 1, 0, 1};
  std::vector<LoggedSlate> log;
  for (int copy = 0; copy < 50; ++copy)  // enough for support
    for (size_t n = 0; n < 4; ++n)
      log.push_back({.user = copy,
                     .log_ratios = {log_ratios[n]},
                     .rewards = {rewards[n]},
                     .modelled = 0.5,
                     .modelled_target = 0.5});
  return log;
}

TEST(OffPolicy, EstimatorsAreTheirFormulas) {
  const OffPolicyEstimate estimate = EstimateOffPolicy(LogByHand());
  EXPECT_EQ(estimate.no_ips, "");
  EXPECT_NEAR(estimate.logged.mean, 0.75, 1e-12);
  EXPECT_NEAR(estimate.mean_weight.mean, 1, 1e-12);
  EXPECT_NEAR(estimate.ips.value_or(Interval{}).mean, 0.75, 1e-12);
  EXPECT_NEAR(estimate.snips.value_or(Interval{}).mean, 0.75, 1e-12);
  EXPECT_NEAR(estimate.dr.value_or(Interval{}).mean, 0.75, 1e-12);
  EXPECT_NEAR(estimate.effective_slates, 200 * 200 / 300.0, 1e-9);  // (sum 4)^2 / 6, 50 times
}

// Two positions: ratios 2 and .5, rewards 1 and 3. The slate's weight is 1: IPS 4. Cascade weights
// are 2 and 1: 2 * 1 + 1 * 3 = 5.
TEST(OffPolicy, TheCascadeWeighsAPositionByWhatStandsAboveIt) {
  std::vector<LoggedSlate> log;
  for (int user = 0; user < 60; ++user) {
    log.push_back({.user = user, .log_ratios = {std::log(2.0), std::log(0.5)}, .rewards = {1, 3}});
    log.push_back({.user = user,
                   .log_ratios = {-std::numeric_limits<double>::infinity(), 0},
                   .rewards = {1, 3}});
    // The mean weight of a slate must be about 1.
    log.push_back({.user = user, .log_ratios = {std::log(2.0), 0}, .rewards = {0, 0}});
    log.push_back({.user = user,
                   .log_ratios = {0, -std::numeric_limits<double>::infinity()},
                   .rewards = {0, 0}});
  }
  const OffPolicyEstimate estimate = EstimateOffPolicy(log);
  EXPECT_NEAR(estimate.mean_weight.mean, 0.75, 1e-12);
  EXPECT_THAT(estimate.no_ips, HasSubstr("mean weight is 0.750"));
  EXPECT_FALSE(estimate.ips.has_value());
  // Weights of the positions: (2, 1), (0, 0), (2, 2), (1, 0), a mean of 1.
  EXPECT_EQ(estimate.no_cascade, "");
  EXPECT_NEAR(estimate.cascade.value_or(Interval{}).mean, 5.0 / 4, 1e-12);
}

// 200 logs: 95% intervals hold the truth in about 95% of them (five standard errors: 87% to 100%),
// and the estimates are unbiased.
TEST(OffPolicy, IntervalsHoldTheTruth) {
  constexpr int kLogs = 200;
  int given = 0, ips = 0, snips = 0, dr = 0;
  double sum = 0;
  for (uint64_t seed = 0; seed < kLogs; ++seed) {
    const OffPolicyEstimate estimate = EstimateOffPolicy(LogOfOneItem(0.4, 60, seed));
    if (!estimate.ips) continue;  // in one log of a thousand the mean weight is off by chance
    ++given;
    const auto holds = [](const Interval& i) { return i.low <= kWorth && kWorth <= i.high; };
    ips += holds(estimate.ips.value_or(Interval{}));
    snips += holds(estimate.snips.value_or(Interval{}));
    dr += holds(estimate.dr.value_or(Interval{}));
    sum += estimate.dr.value_or(Interval{}).mean - kWorth;
  }
  EXPECT_GE(given, 196);
  EXPECT_GE(ips, 165);
  EXPECT_GE(snips, 165);
  EXPECT_GE(dr, 165);
  EXPECT_NEAR(sum / given, 0, 0.01);
}

TEST(OffPolicy, RefusesWithoutSupport) {
  // The log never shows item 1, which the policy shows with .8: its weights are .2 everywhere.
  const OffPolicyEstimate never = EstimateOffPolicy(LogOfOneItem(0, 60, 1));
  EXPECT_THAT(never.no_ips, HasSubstr("there is no support"));
  EXPECT_FALSE(never.ips || never.snips || never.dr || never.cascade);
  EXPECT_THAT(EstimateOffPolicy(LogOfOneItem(0.4, 10, 1)).no_ips, HasSubstr("10 users"));
  // A hundred slates, of which one carries all the weight.
  std::vector<LoggedSlate> one = LogOfOneItem(0.4, 30, 1);
  for (LoggedSlate& slate : one) slate.log_ratios = {-9};
  one[0].log_ratios = {5};
  EXPECT_THAT(EstimateOffPolicy(one).no_ips, HasSubstr("as much as 1."));
  EXPECT_THAT(EstimateOffPolicy({}).no_ips, HasSubstr("fewer than two users"));
}

}  // namespace
}  // namespace lerl
