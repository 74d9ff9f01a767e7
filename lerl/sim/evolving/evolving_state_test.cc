#include "lerl/sim/evolving/evolving_state.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/sim/env_config.h"

namespace lerl {
namespace {

EvolvingState TwoCategories() {
  EvolvingState state(EvolvingProfile{.theta = {1, -0.5}, .kappa = {2, 0.5}, .latent = {0, 1}});
  state.fatigue = {0.25, 0.4};
  state.theta = {1.5, -0.5};
  return state;
}

EvolvingConfig Quiet() {
  EvolvingConfig config;
  config.sigma = 0;
  return config;
}

TEST(EvolvingState, LogitsShareTheCategoriesOfAnItem) {
  const EvolvingState state = TwoCategories();
  EXPECT_NEAR(state.Logit(0.3, std::vector<int32_t>{0}), 0.3 + 1.5 - 2 * 0.25, 1e-12);
  EXPECT_NEAR(state.Logit(0.3, std::vector<int32_t>{0, 1}), 0.3 + 0.5 * 1.0 + 0.5 * -0.7, 1e-12);
  EXPECT_EQ(state.Logit(0.3, {}), 0.3);
}

TEST(EvolvingState, ASlateTiresMovesAndPleasesAsTheEquationsSay) {
  EvolvingState state = TwoCategories();
  Rng noise(1);
  TakeIn(Quiet(), {.exposure = {0.75, 0.25}, .drive = {0.2, -0.1}, .pleasure = 0.9}, noise, state);
  EXPECT_NEAR(state.fatigue[0], 0.8 * 0.25 + 0.75, 1e-12);
  EXPECT_NEAR(state.fatigue[1], 0.8 * 0.4 + 0.25, 1e-12);
  EXPECT_NEAR(state.theta[0], 1.5 + 0.3 * 0.2 - 0.02 * (1.5 - 1), 1e-12);
  EXPECT_NEAR(state.theta[1], -0.5 + 0.3 * -0.1, 1e-12);
  EXPECT_NEAR(state.mood, 0.6 * 0.6 + 0.4 * 0.9, 1e-12);
  EXPECT_EQ(state.start.theta[0], 1);
}

TEST(EvolvingState, EachMechanismCanBeSwitchedOff) {
  const EvolvingSlate slate{.exposure = {1, 0}, .drive = {0.5, 0}, .pleasure = 1};
  Rng noise(1);
  const auto after = [&](auto change) {
    EvolvingConfig config = Quiet();
    change(config);
    EvolvingState state = TwoCategories();
    TakeIn(config, slate, noise, state);
    return state;
  };
  EXPECT_NEAR(after([](EvolvingConfig& c) { c.eta = 0; }).theta[0], 1.5 - 0.02 * 0.5, 1e-12);
  EXPECT_NEAR(after([](EvolvingConfig& c) { c.pull = 0; }).theta[0], 1.5 + 0.3 * 0.5, 1e-12);
  EXPECT_EQ(after([](EvolvingConfig& c) { c.decay = 0; }).fatigue, (std::vector<double>{1, 0}));
  EXPECT_EQ(after([](EvolvingConfig& c) { c.mood_kept = 1; }).mood, 0.6);
  EXPECT_NE(after([](EvolvingConfig& c) { c.sigma = 0.1; }).theta[1], -0.5);
  EXPECT_EQ(after([](EvolvingConfig&) {}).theta[1], -0.5);
}

TEST(EvolvingState, NoiseHasItsStandardDeviation) {
  EvolvingConfig config = Quiet();
  config.sigma = 0.2;
  config.pull = 0;
  EvolvingState state = TwoCategories();
  Rng noise(1);
  double squares = 0;
  constexpr int kSteps = 2000;
  for (int i = 0; i < kSteps; ++i) {
    const double before = state.theta[1];
    TakeIn(config, {.exposure = {0, 0}, .drive = {0, 0}}, noise, state);
    squares += (state.theta[1] - before) * (state.theta[1] - before) / kSteps;
  }
  EXPECT_NEAR(std::sqrt(squares), 0.2, 0.02);
}

TEST(EvolvingState, AUserLeavesTheSoonerTheWorseTheMood) {
  EvolvingConfig config;
  EXPECT_NEAR(LeaveChance(config, 0.6), 1 / (1 + std::exp(7 * 0.6 - 2)), 1e-12);
  EXPECT_GT(LeaveChance(config, 0.2), LeaveChance(config, 0.9));
  config.leave = false;
  EXPECT_EQ(LeaveChance(config, 0), 0);
}

TEST(EvolvingState, FatigueFadesOverTheDaysAway) {
  EvolvingConfig config;
  config.rest = 0.5;
  EvolvingState state = TwoCategories();
  Rest(config, 3, state);
  EXPECT_NEAR(state.fatigue[0], 0.25 / 8, 1e-12);
  EXPECT_EQ(state.theta[0], 1.5);
}

}  // namespace
}  // namespace lerl
