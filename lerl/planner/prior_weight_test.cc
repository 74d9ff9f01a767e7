#include "lerl/planner/prior_weight.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

TEST(MixScores, MixesStandardScoresOfTheCandidates) {
  const std::vector<double> prior = {0, 10, 99}, head = {5, 3, 99};
  const std::vector<uint8_t> candidates = {1, 1, 0};
  const std::vector<double> mixed = MixScores(0.25, prior, head, candidates);
  EXPECT_NEAR(mixed[0], -0.25 + 0.75, 1e-12);
  EXPECT_NEAR(mixed[1], 0.25 - 0.75, 1e-12);
  EXPECT_EQ(mixed[2], -std::numeric_limits<double>::infinity());
}

TEST(PriorWeight, GainIsTheHandComputedSlope) {
  PriorWeight weight(10);
  weight.Add(
      {.session = 1, .step = 0, .prior = {1, 0}, .head = {0, 1}, .share = {1, 0}, .value = {3, 0}});
  weight.Add(
      {.session = 2, .step = 0, .prior = {0, 1}, .head = {1, 0}, .share = {1, 0}, .value = {1, 0}});
  // Mean value 2: gains of the prior (1 * 1 + -1 * -1) / 2, of the head the opposite.
  const WeightChoice choice = weight.Choose();
  EXPECT_NEAR(choice.prior_gain, 1, 1e-12);
  EXPECT_NEAR(choice.head_gain, -1, 1e-12);
  EXPECT_EQ(choice.sessions, 2);
}

// Values of 8 categories, what the head and the prior know of them, two shown at a step.
PriorWeight Samples(double head_knows, double prior_knows, uint64_t seed) {
  PriorWeight weight(2000);
  Rng rng(seed, "samples");
  for (uint64_t n = 0; n < 1000; ++n) {
    WeightSample sample{.session = n / 10, .step = static_cast<int32_t>(n % 10)};
    for (size_t c = 0; c < 8; ++c) {
      const double truth = rng.Normal();
      sample.head.push_back(head_knows * truth + rng.Normal());
      sample.prior.push_back(prior_knows * truth + rng.Normal());
      sample.share.push_back(c < 2 ? 0.5 : 0);
      sample.value.push_back(c < 2 ? 5 + 0.3 * truth + rng.Normal() : 0);
    }
    weight.Add(std::move(sample));
  }
  return weight;
}

TEST(PriorWeight, DoesNotListenToAPriorThatKnowsNothing) {
  for (uint64_t seed = 0; seed < 10; ++seed) {
    EXPECT_LT(Samples(1, 0, seed).Choose().weight, 0.1) << seed;
  }
}

TEST(PriorWeight, ListensToAPriorThatKnowsMore) {
  for (uint64_t seed = 0; seed < 10; ++seed)
    EXPECT_GT(Samples(0.2, 2, seed).Choose().weight, 0.25) << seed;
}

TEST(PriorWeight, WhatAStateIsWorthWhateverIsShownIsNoGain) {
  // Values of users who differ by 10 and more, which the head's level tells.
  for (uint64_t seed = 0; seed < 10; ++seed) {
    PriorWeight weight(1000);
    Rng rng(seed, "samples");
    for (uint64_t session = 0; session < 200; ++session) {
      const double user = 10 * rng.Normal();
      for (int32_t step = 0; step < 5; ++step) {
        const double truth = rng.Normal();
        weight.Add({.session = session,
                    .step = step,
                    .prior = {truth, 0},
                    .head = {user + rng.Normal(), user + rng.Normal()},
                    .share = {1, 0},
                    .value = {3 * user + truth, 0}});
      }
    }
    EXPECT_GT(weight.Choose().weight, 0.3) << seed;
    EXPECT_NEAR(weight.Choose().prior_gain, 0.8, 0.3) << seed;  // E |truth|
  }
}

TEST(PriorWeight, KeepsTheLatestAndSavesThem) {
  PriorWeight weight(2);
  for (uint64_t n = 0; n < 3; ++n)
    weight.Add({.session = n,
                .step = 0,
                .prior = {0, static_cast<double>(n)},
                .head = {0, 1},
                .share = {1, 0},
                .value = {static_cast<double>(n), 0}});
  EXPECT_EQ(weight.size(), 2);
  TensorFile file;
  weight.Save(file, "w");
  PriorWeight loaded(2);
  loaded.Load(file, "w");
  EXPECT_EQ(loaded.size(), 2);
  EXPECT_EQ(loaded.Choose().best_gain, weight.Choose().best_gain);
}

}  // namespace
}  // namespace lerl
