#include "lerl/nn/schedule.h"

#include <gtest/gtest.h>

#include "lerl/base/check.h"

namespace lerl {
namespace {

TEST(Schedule, ConstantKeepsTheVeryNumber) {
  const Schedule schedule{ScheduleKind::kConstant, 0.1};
  for (const double progress : {0.0, 0.3, 1.0}) EXPECT_EQ(schedule.At(0.37, progress), 0.37);
}

TEST(Schedule, LinearGoesFromTheStartToItsEndFraction) {
  const Schedule schedule{ScheduleKind::kLinear, 0.2};
  EXPECT_EQ(schedule.At(5, 0), 5);
  EXPECT_DOUBLE_EQ(schedule.At(5, 0.25), 5 * 0.8);  // a quarter of the way from 1 to 0.2
  EXPECT_DOUBLE_EQ(schedule.At(5, 1), 1);
}

TEST(Schedule, LinearMayEndAtZeroOrRise) {
  EXPECT_EQ((Schedule{ScheduleKind::kLinear, 0}.At(3, 1)), 0);
  EXPECT_DOUBLE_EQ((Schedule{ScheduleKind::kLinear, 2}.At(3, 0.5)), 4.5);
}

TEST(Schedule, IsMadeFromTheNameOfASetting) {
  for (const std::string& name : ScheduleNames()) {
    const Schedule schedule = MakeSchedule(name, 0.5);
    EXPECT_EQ(schedule.At(2, 1), name == "linear" ? 1 : 2);
  }
}

TEST(Schedule, RefusesAProgressOutsideOfTheRun) {
  EXPECT_THROW((Schedule{}.At(1, 1.5)), CheckFailure);
  EXPECT_THROW((Schedule{}.At(1, -0.1)), CheckFailure);
  EXPECT_THROW(MakeSchedule("cosine", 0), CheckFailure);
}

}  // namespace
}  // namespace lerl
