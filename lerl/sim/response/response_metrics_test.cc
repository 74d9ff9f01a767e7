#include "lerl/sim/response/response_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lerl {
namespace {

const std::vector<float> kProbabilities = {0.1f, 0.4f, 0.35f, 0.8f};
const std::vector<uint8_t> kTargets = {0, 0, 1, 1};

TEST(ResponseMetrics, AgreeWithFiguresByHand) {
  EXPECT_NEAR(AreaUnderCurve(kProbabilities, kTargets), 0.75, 1e-12);  // 3 of 4 pairs
  EXPECT_NEAR(LogLoss(kProbabilities, kTargets),
              -(std::log(0.9) + std::log(0.6) + std::log(0.35) + std::log(0.8)) / 4, 1e-7);
  const auto bins = Reliability(kProbabilities, kTargets, 2);
  EXPECT_EQ(bins[0].rows, 3);
  EXPECT_NEAR(bins[0].predicted, 0.85 / 3, 1e-7);
  EXPECT_NEAR(bins[0].observed, 1.0 / 3, 1e-7);
  EXPECT_NEAR(CalibrationError(bins), (3 * (1 - 0.85) / 3 + 0.2) / 4, 1e-7);
}

TEST(ResponseMetrics, CountATieAsHalf) {
  EXPECT_NEAR(AreaUnderCurve(std::vector<float>{0.5f, 0.5f, 0.5f}, std::vector<uint8_t>{0, 1, 1}),
              0.5, 1e-12);
  EXPECT_NEAR(AreaUnderCurve(std::vector<float>{0.5f, 0.5f, 0.9f}, std::vector<uint8_t>{0, 1, 1}),
              0.75, 1e-12);
}

TEST(ResponseMetrics, SayWhenThereIsNothingToMeasure) {
  EXPECT_TRUE(std::isnan(AreaUnderCurve(kProbabilities, std::vector<uint8_t>(4, 1))));
  EXPECT_TRUE(std::isnan(LogLoss({}, {})));
  EXPECT_NEAR(LogLoss(std::vector<float>{0.0f}, std::vector<uint8_t>{1}), -std::log(1e-7), 1e-5);
}

}  // namespace
}  // namespace lerl
