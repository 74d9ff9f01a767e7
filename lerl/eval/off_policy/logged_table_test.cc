#include "lerl/eval/off_policy/logged_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lerl {
namespace {

using testing::ElementsAre;

TEST(LoggedTable, WeighsRowsByBothPolicies) {
  LoggedTable log;
  log.action = {0, 1};
  log.propensity = {.5, .25};
  log.reward = {3, -1};
  EXPECT_THAT(WeightsOf(log, {.of_logged = {.25, 1}}), ElementsAre(.5, 4));
  EXPECT_EQ(RangeOfRewards(log).low, -1);
  EXPECT_EQ(RangeOfRewards(log).high, 3);
  GroupByRow(log);
  EXPECT_EQ(log.units, 2);
  EXPECT_EQ(log.group_count(), 2);
  EXPECT_THAT(log.groups, ElementsAre(0, 1, 2));
}

}  // namespace
}  // namespace lerl
