#include "lerl/eval/off_policy/slate_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

const std::vector<double> kPi = {.5, .3, .2}, kMu = {.2, .2, .6};

// Two of three items: 6 slates, of which (0, 1) has .5 * .3 / .5 under pi.
TEST(SlateWeights, SlatesAreDrawnWithoutReplacement) {
  const SlatesOfPolicies slates = DrawnWithoutReplacement(kPi, kMu, 2);
  ASSERT_EQ(slates.slates.size(), 6u);
  EXPECT_THAT(slates.slates[0], ElementsAre(0, 1));
  EXPECT_NEAR(slates.pi[0], .3, 1e-12);
  EXPECT_NEAR(slates.mu[0], .2 * .2 / .8, 1e-12);
  EXPECT_NEAR(std::accumulate(slates.pi.begin(), slates.pi.end(), 0.0), 1, 1e-12);
  EXPECT_NEAR(std::accumulate(slates.mu.begin(), slates.mu.end(), 0.0), 1, 1e-12);
  EXPECT_EQ(CountSlates(3, 2), 6);
  EXPECT_EQ(CountSlates(1000, 5), kMostSlates + 1);
  const SlateMarginals marginals = MarginalsOf(slates, 3);
  EXPECT_THAT(std::span(marginals.mu).first(3), Pointwise(DoubleNear(1e-12), kMu));
  // Item 2 at the second position under mu: (.2 + .2) * .6 / .8.
  EXPECT_NEAR(marginals.mu[5], .3, 1e-12);
}

// For a reward that is a sum over positions and items, E_mu[weight R] is E_pi[R], whatever the sum.
TEST(SlateWeights, PseudoInverseIsUnbiasedForSums) {
  const SlatesOfPolicies slates = DrawnWithoutReplacement(kPi, kMu, 2);
  const std::vector<double> weights = PseudoInverseWeights(slates, 3);
  const std::vector<double> worth = {1, .2, -3, .7, 2, 5};  // [K, A]
  double truth = 0, weighted = 0, total = 0;
  for (size_t m = 0; m < 6; ++m) {
    const double reward = worth[At(slates.slates[m][0])] + worth[3 + At(slates.slates[m][1])];
    truth += slates.pi[m] * reward;
    weighted += slates.mu[m] * weights[m] * reward;
    total += slates.mu[m] * weights[m];
  }
  EXPECT_NEAR(weighted, truth, 1e-9);
  EXPECT_NEAR(total, 1, 1e-9);
}

// Two positions, each of two items, drawn for themselves: (2) is (3).
TEST(SlateWeights, ProductFormIsThePseudoInverse) {
  SlatesOfPolicies slates;
  const std::vector<double> pi = {.7, .3, .4, .6}, mu = {.5, .5, .2, .8};  // [K, A]
  for (int32_t a = 0; a < 2; ++a)
    for (int32_t b = 0; b < 2; ++b) {
      slates.slates.push_back({a, b});
      slates.pi.push_back(pi[At(a)] * pi[2 + At(b)]);
      slates.mu.push_back(mu[At(a)] * mu[2 + At(b)]);
    }
  const std::vector<double> weights = PseudoInverseWeights(slates, 2);
  for (size_t m = 0; m < 4; ++m) {
    const size_t a = At(slates.slates[m][0]), b = 2 + At(slates.slates[m][1]);
    EXPECT_NEAR(weights[m], pi[a] / mu[a] + pi[b] / mu[b] - 1, 1e-10);
  }
}

class LoggedSlates : public testing::Test {
 protected:
  LoggedSlates() {
    log_.kind = LogKind::kSlates;
    log_.actions = {"a", "b", "c"};
    log_.action = {0, 1, 2, 0};
    log_.reward = {1, 0, 2, 3};
    log_.unit = {0, 0, 1, 1};
    log_.units = 2;
    log_.groups = {0, 2, 4};
    log_.logged = {.distributions = {kMu}, .distribution = {0, 0, 0, 0}};
  }
  LoggedTable log_;
};

TEST_F(LoggedSlates, WholeSlatesAreWeighed) {
  EXPECT_THAT(ProductFormWeights(log_, std::vector<double>{2, .5, 3, 1}), ElementsAre(1.5, 3));
  EXPECT_NEAR(Estimate(WholeSlates(log_, std::vector<double>{1.5, 3})), (1.5 + 3 * 5) / 2, 1e-12);
}

TEST_F(LoggedSlates, RatiosOfDrawsWithoutReplacement) {
  const JudgedPolicy policy{.distributions = {kPi}, .distribution = {0, 0, 0, 0}};
  const DrawnSlateWeights weights = WeighDrawnSlates(log_, policy);
  EXPECT_THAT(weights.conditional, Pointwise(DoubleNear(1e-12), {2.5, (.3 / .5) / (.2 / .8),
                                                                 .2 / .6, (.5 / .8) / (.2 / .4)}));
  // Item 1 at the second position: pi .5 * .3/.5 + .2 * .3/.8, mu .2 * .2/.8 + .6 * .2/.4.
  EXPECT_NEAR(weights.marginal[1], (.3 + .2 * .3 / .8) / (.05 + .3), 1e-12);
  EXPECT_EQ(weights.pseudo_inverse.size(), 2u);
}

// A thousand items: only what each position says given those above it is known.
TEST_F(LoggedSlates, ManyItemsHaveNoMarginals) {
  log_.actions.assign(1000, "x");
  const std::vector<double> even(1000, .001);
  log_.logged.distributions = {even};
  const JudgedPolicy policy{.distributions = {even}, .distribution = {0, 0, 0, 0}};
  const DrawnSlateWeights weights = WeighDrawnSlates(log_, policy);
  EXPECT_THAT(weights.conditional, Pointwise(DoubleNear(1e-9), {1., 1., 1., 1.}));
  EXPECT_TRUE(weights.marginal.empty());
  EXPECT_TRUE(weights.pseudo_inverse.empty());
}

}  // namespace
}  // namespace lerl
