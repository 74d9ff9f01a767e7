#include "lerl/agents/learning/gae.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace lerl {
namespace {

using ::testing::FloatNear;
using ::testing::Pointwise;

const std::vector<float> kLeft = {1, 1, 0}, kCut = {1, 1, 1};

struct Estimate {
  std::vector<float> advantages, returns;
};

Estimate EstimateOf(const std::vector<float>& rewards, const std::vector<float>& values,
                    const std::vector<float>& goes_on, GaeConfig config) {
  Estimate out{std::vector<float>(rewards.size()), std::vector<float>(rewards.size())};
  Gae(rewards, values, goes_on, config, out.advantages, out.returns);
  return out;
}

// gamma .5, lambda .5, rewards 1 2 3, values 4 5 6 (7 after the end):
//   delta_2 = 3 - 6 = -3 (left) or 3 + 3.5 - 6 = .5 (cut)
//   delta_1 = 2 + 3 - 5 = 0,  delta_0 = 1 + 2.5 - 4 = -.5
TEST(Gae, StopsAtTheEndOfASession) {
  const Estimate e = EstimateOf({1, 2, 3}, {4, 5, 6, 7}, kLeft, {.gamma = 0.5, .lambda = 0.5});
  EXPECT_THAT(e.advantages, Pointwise(FloatNear(1e-6f), std::vector<float>{-0.6875f, -0.75f, -3}));
  EXPECT_THAT(e.returns, Pointwise(FloatNear(1e-6f), std::vector<float>{3.3125f, 4.25f, 3}));
}

TEST(Gae, BootstrapsWhereASessionWasCut) {
  const Estimate e = EstimateOf({1, 2, 3}, {4, 5, 6, 7}, kCut, {.gamma = 0.5, .lambda = 0.5});
  EXPECT_THAT(e.advantages,
              Pointwise(FloatNear(1e-6f), std::vector<float>{-0.46875f, 0.125f, 0.5f}));
}

// With half of the discount after step 1: delta_1 = 2 + 1.5 - 5 = -1.5, A_1 = -1.5 + .125 * .5.
TEST(Gae, DiscountsMoreBetweenVisits) {
  const Estimate e =
      EstimateOf({1, 2, 3}, {4, 5, 6, 7}, {1, 0.5f, 1}, {.gamma = 0.5, .lambda = 0.5});
  EXPECT_THAT(e.advantages,
              Pointwise(FloatNear(1e-6f), std::vector<float>{-0.859375f, -1.4375f, 0.5f}));
}

TEST(Gae, WithLambdaZeroIsTheOneStepError) {
  const Estimate e = EstimateOf({1, 2, 3}, {4, 5, 6, 7}, kCut, {.gamma = 0.5, .lambda = 0});
  EXPECT_THAT(e.advantages, Pointwise(FloatNear(1e-6f), std::vector<float>{-0.5f, 0, 0.5f}));
}

TEST(Gae, WithLambdaOneIsTheDiscountedReturnLessTheValue) {
  const Estimate e = EstimateOf({1, 2, 3}, {4, 5, 6, 7}, kLeft, {.gamma = 0.5, .lambda = 1});
  EXPECT_THAT(e.returns, Pointwise(FloatNear(1e-6f), std::vector<float>{2.75f, 3.5f, 3}));
}

}  // namespace
}  // namespace lerl
