#include "lerl/nn/layer_norm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lerl/nn/simd.h"

namespace lerl {
namespace {

// Two columns in use, the rest padding: x = (1, 3) has mean 2, variance 1.
struct LayerNormTestExample {
  std::vector<float> weight = std::vector<float>(kLanes), bias = weight, x = weight, n = weight,
                     y = weight, scale = {0};
  LayerNormTestExample() {
    weight[0] = 2, weight[1] = 3, bias[0] = 0.5f, bias[1] = -1, x[0] = 1, x[1] = 3;
    NormForward(1, 2, weight, bias, x.data(), n.data(), scale.data(), y.data());
  }
};

TEST(LayerNorm, OfTwoColumnsByHand) {
  const LayerNormTestExample e;
  EXPECT_NEAR(e.scale[0], 1, 1e-5);
  EXPECT_NEAR(e.y[0], -2 + 0.5, 1e-4);
  EXPECT_NEAR(e.y[1], 3 - 1, 1e-4);
  EXPECT_EQ(e.y[2], 0);
  std::vector<float> again(kLanes);
  NormAgain(1, e.weight, e.bias, e.n.data(), again.data());
  EXPECT_EQ(again, e.y);
}

TEST(LayerNorm, OfTwoColumnsHasNoGradientToThem) {  // n is (-1, 1) whatever they are
  const LayerNormTestExample e;
  std::vector<float> dy(kLanes), dx(kLanes), gradient(2 * kLanes);
  dy[0] = 0.7f, dy[1] = -0.2f;
  dx[0] = 5;
  NormBackward(1, 2, e.weight, e.n.data(), e.scale.data(), dy.data(), dx.data(), gradient);
  EXPECT_NEAR(dx[0], 5, 1e-4);  // added to what was there
  EXPECT_NEAR(dx[1], 0, 1e-4);
  EXPECT_NEAR(gradient[0], -0.7, 1e-4);  // of the weights: dy n
  EXPECT_NEAR(gradient[1], -0.2, 1e-4);
  EXPECT_EQ(gradient[kLanes], 0.7f);  // of the biases: dy
  EXPECT_EQ(gradient[kLanes + 1], -0.2f);
}

}  // namespace
}  // namespace lerl
