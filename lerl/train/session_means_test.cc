#include "lerl/train/session_means.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(SessionMeans, AreOverSessionsAndReturnDaysOverVisits) {
  SessionLog log;
  log.Resize(/*sessions=*/2, /*max_steps=*/3, /*slate=*/1, /*categories=*/1, /*action_width=*/0);
  log.length = {3, 1};
  log.expected = {0.5f, 0.25f, 0.25f, 2, 9, 9};  // what follows a session's end is not counted
  log.return_days = {0, 0, 4, 2, 9, 9};
  const SessionMeans means = MeansOf(log);
  EXPECT_DOUBLE_EQ(means.reward, (1.0 + 2.0) / 2);
  EXPECT_DOUBLE_EQ(means.length, (3.0 + 1.0) / 2);
  EXPECT_DOUBLE_EQ(means.return_days, (4.0 + 2.0) / 2);  // two visits have ended
}

TEST(SessionMeans, HaveNoReturnDaysWhereNobodyComesBack) {
  SessionLog log;
  log.Resize(1, 1, 1, 1, 0);
  log.length = {1};
  EXPECT_EQ(MeansOf(log).return_days, 0);
}

}  // namespace
}  // namespace lerl
