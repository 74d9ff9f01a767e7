#include "lerl/nn/banded_attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/nn/simd.h"

namespace lerl {
namespace {

// A head of width 1 that sees two positions: q = k = v = (1, 2, 4), rel[0] = 0, rel[1] = log 3.
struct BandedAttentionTestExample {
  std::vector<float> x = {1, 2, 4}, relative = std::vector<float>(2 + kLanes), out = {0, 0, 0};
  std::vector<float> attention = std::vector<float>(At(BandedAttention::Size(3)));
  BandedAttention head{3, 1, 2, 1, 1};

  BandedAttentionTestExample() {
    relative[0] = std::log(3.0f);  // of the farthest distance
    head.Forward(x.data(), x.data(), x.data(), relative.data(), attention.data(), out.data());
  }
};

TEST(BandedAttention, MixesTheBandByHand) {
  const BandedAttentionTestExample e;
  const double second = 3 * std::exp(2.0) / (3 * std::exp(2.0) + std::exp(4.0));  // of the first
  const double third = 3 * std::exp(8.0) / (3 * std::exp(8.0) + std::exp(16.0));
  EXPECT_NEAR(e.out[0], 1, 1e-6);
  EXPECT_NEAR(e.out[1], second * 1 + (1 - second) * 2, 1e-6);
  EXPECT_NEAR(e.out[2], third * 2 + (1 - third) * 4, 1e-5);
}

TEST(BandedAttention, HasTheGradientByHand) {
  BandedAttentionTestExample e;
  std::vector<float> dq(3), dk(3), dv(3), drelative(2 + kLanes);
  const std::vector<float> dout = {0, 1, 0};  // of the second output alone
  e.head.Backward(e.x.data(), e.x.data(), e.x.data(), e.attention.data(), dout.data(), dq.data(),
                  dk.data(), dv.data(), drelative.data());
  const float a = 3 * std::exp(2.0f) / (3 * std::exp(2.0f) + std::exp(4.0f));
  const float slope = a * (1 - a) * (1 - 2);  // of the score of the first position
  EXPECT_NEAR(dv[0], a, 1e-6);
  EXPECT_NEAR(dv[1], 1 - a, 1e-6);
  EXPECT_NEAR(dq[1], slope * 1 - slope * 2, 1e-6);
  EXPECT_NEAR(dk[0], slope * 2, 1e-6);
  EXPECT_NEAR(dk[1], -slope * 2, 1e-6);
  EXPECT_NEAR(drelative[0], slope, 1e-6);
  EXPECT_NEAR(drelative[1], -slope, 1e-6);
  EXPECT_EQ(dq[2], 0);
}

}  // namespace
}  // namespace lerl
