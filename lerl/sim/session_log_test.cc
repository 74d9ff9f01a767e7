#include "lerl/sim/session_log.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(SessionLog, HasRoomForEveryColumnAndForgetsWhatStoodThere) {
  SessionLog log;
  log.Resize(2, 3, 4, 5, 6);
  log.reward[log.Cell(1, 2)] = 1;
  log.Resize(2, 3, 4, 5, 6);
  EXPECT_EQ(log.Cell(1, 2), 5u);
  EXPECT_EQ(log.user.size(), 2u);
  EXPECT_EQ(log.items.size(), 24u);
  EXPECT_EQ(log.responses.size(), 24u);
  EXPECT_EQ(log.action.size(), 36u);
  EXPECT_EQ(log.plan.size(), 30u);
  EXPECT_EQ(log.ranking, std::vector<int16_t>(30, -1));
  EXPECT_EQ(log.reward[5], 0.0f);
}

}  // namespace
}  // namespace lerl
