#include "lerl/planner/llm/prior_weight_from_returns.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

// Two categories, so that z is -1 and 1: the prior likes the first, the head the second.
PlannedState WeightFromReturnsTestShown(uint64_t session, double weight, bool first, double value) {
  PlannedState state{.session = session,
                     .weight = weight,
                     .step = 0,
                     .prior = {1, 0},
                     .head = {0, 1},
                     .share = {0, 0},
                     .value = {0, 0}};
  state.share[first ? 0 : 1] = 1;
  state.value[first ? 0 : 1] = value;
  return state;
}

TEST(WeightFromReturns, IsTheHandComputedCovariance) {
  WeightFromReturns slope(100);
  for (uint64_t n = 0; n < 60; ++n)
    slope.Add(WeightFromReturnsTestShown(n, 0, n % 2 == 0, n % 2 == 0 ? 3 : 1));
  const WeightFit fit = slope.Fit(0);
  // x is 2 or -2, y 3 or 1 with mean 2: d = 2 * 1 = -2 * -1 everywhere, without error.
  EXPECT_NEAR(fit.slope, 2, 1e-12);
  EXPECT_NEAR(fit.error, 0, 1e-12);
  EXPECT_EQ(fit.weight, WeightFromReturns::kTry);  // one w tells no bend
  EXPECT_EQ(fit.sessions, 60);
}

TEST(WeightFromReturns, WaitsForSessions) {
  WeightFromReturns slope(100);
  for (uint64_t n = 0; n < 59; ++n)
    slope.Add(WeightFromReturnsTestShown(n, 0, n % 2 == 0, n % 2 == 0 ? 3 : 1));
  EXPECT_EQ(slope.Fit(0).weight, 0);
  EXPECT_EQ(WeightFromReturns(100).Fit(0).sessions, 0);
}

TEST(WeightFromReturns, EndsWhereTheFirstCategoryNoLongerPaysMore) {
  // What the first category earns beyond the second falls with w: 1 - 2 w, none at 1/2.
  WeightFromReturns slope(10000);
  uint64_t session = 0;
  for (const double weight : {0.0, 0.25, 0.75}) {
    for (int n = 0; n < 100; ++n, ++session)
      slope.Add(
          WeightFromReturnsTestShown(session, weight, n % 2 == 0, n % 2 == 0 ? 2 - 2 * weight : 1));
  }
  const WeightFit fit = slope.Fit(0);
  EXPECT_NEAR(fit.slope, 1, 1e-9);
  EXPECT_NEAR(fit.bend, 2, 1e-9);
  EXPECT_NEAR(fit.weight, 0.5, 0.051);
}

TEST(WeightFromReturns, KeepsAWeightOfWhichNothingTellsWhereItsSlopeEnds) {
  WeightFromReturns slope(1000);
  for (uint64_t n = 0; n < 100; ++n)
    slope.Add(WeightFromReturnsTestShown(n, 0.5, n % 2 == 0, n % 2 == 0 ? 3 : 1));
  EXPECT_EQ(slope.Fit(0.5).weight, 0.5);
}

TEST(WeightFromReturns, IsProvenOnce) {
  // The first category earns 1 or 0 more than the second, half the time each: a slope between one
  // and kProof standard errors.
  WeightFromReturns slope(10000);
  for (uint64_t n = 0; n < 240; ++n) {
    const double more = n % 16 < 9 ? 1 : -1;
    slope.Add(
        WeightFromReturnsTestShown(n, n < 120 ? 0.25 : 0.5, n % 2 == 0, n % 2 == 0 ? more : -more));
  }
  const WeightFit from_zero = slope.Fit(0), goes_on = slope.Fit(0.5);
  EXPECT_EQ(from_zero.slope, goes_on.slope);
  EXPECT_GT(from_zero.slope, from_zero.error);
  EXPECT_LT(from_zero.slope, WeightFromReturns::kProof * from_zero.error);
  EXPECT_EQ(from_zero.weight, 0);
  EXPECT_GT(goes_on.weight, 0);
}

// Sessions of 8 categories planned with w; the head and the prior know the values more or less, and
// users differ in what everything is worth to them, which the head's level tells.
double WeightFromReturnsTestLearned(double head_knows, double prior_knows, uint64_t seed) {
  WeightFromReturns slope(20000);
  Rng rng(seed, "sessions");
  double w = 0;
  uint64_t session = 0;
  for (int iteration = 0; iteration < 40; ++iteration) {
    for (int n = 0; n < 20; ++n, ++session) {
      const double user = 10 * rng.Normal();
      for (int32_t step = 0; step < 5; ++step) {
        PlannedState state{.session = session, .weight = w, .step = step};
        size_t shown = 0;
        double best = 0, worth = 0;
        for (size_t c = 0; c < 8; ++c) {
          const double truth = rng.Normal();
          const double head = head_knows * truth + rng.Normal();
          const double prior = prior_knows * truth + rng.Normal();
          state.head.push_back(user + head);
          state.prior.push_back(prior);
          const double score = w * prior / std::hypot(prior_knows, 1) +
                               (1 - w) * head / std::hypot(head_knows, 1) + rng.Normal();
          if (c == 0 || score > best) {
            shown = c;
            best = score;
            worth = truth;
          }
        }
        state.share.assign(8, 0);
        state.value.assign(8, 0);
        state.share[shown] = 1;
        state.value[shown] = user + 0.3 * worth + rng.Normal();
        slope.Add(state);
      }
    }
    w = slope.Fit(w).weight;
  }
  return w;
}

TEST(WeightFromReturns, ListensToAPriorThatKnowsMoreAndToNoneThatKnowsNothing) {
  for (uint64_t seed = 0; seed < 10; ++seed) {
    EXPECT_LT(WeightFromReturnsTestLearned(1, 0, seed), 0.1) << seed;
    EXPECT_GT(WeightFromReturnsTestLearned(0.2, 2, seed), 0.25) << seed;
  }
}

TEST(WeightFromReturns, KeepsTheLatestAndSavesThem) {
  WeightFromReturns slope(70);
  for (uint64_t n = 0; n < 100; ++n)
    slope.Add(WeightFromReturnsTestShown(n, 0, n % 2 == 0, 0.1 * static_cast<double>(n % 7)));
  EXPECT_EQ(slope.size(), 70);
  TensorFile file;
  slope.Save(file, "w");
  WeightFromReturns loaded(70);
  loaded.Load(file, "w");
  EXPECT_EQ(loaded.size(), 70);
  for (uint64_t n = 100; n < 120; ++n) {
    EXPECT_EQ(loaded.Fit(0).slope, slope.Fit(0).slope);
    EXPECT_EQ(loaded.Fit(0).error, slope.Fit(0).error);
    for (WeightFromReturns* either : {&slope, &loaded})
      either->Add(WeightFromReturnsTestShown(n, 0, n % 2 == 0, 0.3));
  }
}

}  // namespace
}  // namespace lerl
