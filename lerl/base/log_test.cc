#include "lerl/base/log.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

TEST(Log, GoesToStandardErrorAndLeavesStandardOutputAlone) {
  CaptureStdout();
  CaptureStderr();
  LogInfo("100% loaded");
  LogWarning("3 rows dropped");
  EXPECT_EQ(GetCapturedStderr(), "100% loaded\nwarning: 3 rows dropped\n");
  EXPECT_EQ(GetCapturedStdout(), "");
}

TEST(Log, QuietKeepsWarnings) {
  SetLogQuiet(true);
  CaptureStderr();
  LogInfo("loaded");
  LogWarning("dropped");
  EXPECT_EQ(GetCapturedStderr(), "warning: dropped\n");
  SetLogQuiet(false);
}

}  // namespace
}  // namespace lerl
