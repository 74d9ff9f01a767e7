#include "lerl/base/log_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "lerl/base/log.h"

namespace lerl {
namespace {

TEST(LogWriter, TakesMessagesInThePlaceOfStandardErrorUntilItIsTakenAway) {
  std::vector<std::string> taken;
  SetLogWriter([&](std::string_view level, const std::string& message) {
    taken.push_back(std::string(level) + " " + message);
  });
  testing::internal::CaptureStderr();
  LogInfo("loaded");
  LogWarning("3 rows\x1b dropped");
  SetLogWriter({});
  LogWarning("later");
  EXPECT_THAT(taken, testing::ElementsAre("info loaded", "warning 3 rows\\x1b dropped"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "warning: later\n");
}

}  // namespace
}  // namespace lerl
