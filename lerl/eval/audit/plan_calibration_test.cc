#include "lerl/eval/audit/plan_calibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/error.h"

namespace lerl {
namespace {

TEST(PlanCalibration, ComparesWithWhatEverybodyLikes) {
  // Two users, two categories. User 0 likes both alike and is foreseen; user 1 likes the second
  // alone, of which the model says .25 and everybody's likes .5.
  const PlanCalibration of = CalibrationOf(std::vector{0.5, 0.5, 0.75, 0.25},
                                           std::vector{0.5, 0.5, 0.0, 1.0}, std::vector{0.5, 0.5});
  EXPECT_EQ(of.users, 2);
  EXPECT_NEAR(of.cross_entropy, (std::log(2) + std::log(4)) / 2, 1e-12);
  EXPECT_NEAR(of.less_everyone.mean, std::log(2) / 2, 1e-12);
  EXPECT_LT(of.less_everyone.low, of.less_everyone.mean);
  // Bins: .25 -> 1 (one pair), .5 -> .5 (two), .75 -> 0 (one).
  EXPECT_EQ(of.bins[5].rows, 2);
  EXPECT_DOUBLE_EQ(of.bins[2].observed, 1);
  EXPECT_DOUBLE_EQ(of.bins[7].predicted, 0.75);
  EXPECT_DOUBLE_EQ(of.error, (0.75 + 0 + 0.75) / 4);
}

TEST(PlanCalibration, OfWhoKnowsEverythingIsPerfect) {
  const std::vector<double> truth = {1, 0, 0, 1};
  const PlanCalibration of = CalibrationOf(truth, truth, std::vector{0.5, 0.5});
  EXPECT_DOUBLE_EQ(of.cross_entropy, 0);
  EXPECT_DOUBLE_EQ(of.error, 0);
  EXPECT_NEAR(of.less_everyone.mean, -std::log(2), 1e-12);
}

TEST(PlanCalibration, OfACertaintyThatIsWrongIsFinite) {
  const PlanCalibration of = CalibrationOf(std::vector{1.0, 0.0, 1.0, 0.0},
                                           std::vector{0.0, 1.0, 0.0, 1.0}, std::vector{0.5, 0.5});
  EXPECT_NEAR(of.cross_entropy, -std::log(1e-7), 1e-9);
}

TEST(PlanCalibration, NeedsTwoUsers) {
  EXPECT_THROW(CalibrationOf(std::vector{1.0}, std::vector{1.0}, std::vector{1.0}), Error);
}

}  // namespace
}  // namespace lerl
