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

TEST(Log, ShowsControlCharactersAndCutsWhatIsEndless) {
  EXPECT_EQ(PrintableMessage("a\x1b[31mb\nc\td"), "a\\x1b[31mb\nc\\td");
  EXPECT_LT(PrintableMessage(std::string(1 << 20, 'x')).size(), 2100);
  std::string lines;
  for (int i = 0; i < 100000; ++i) lines += "line\n";
  EXPECT_LT(PrintableMessage(lines).size(), 8100);
  EXPECT_EQ(PrintableMessage(""), "");
}

}  // namespace
}  // namespace lerl
