#include "lerl/base/progress.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace lerl {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

int64_t Lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

TEST(Progress, WritesALineAtTheStartEveryTenPercentAndAtTheEnd) {
  CaptureStdout();
  CaptureStderr();
  {
    Progress progress("train", 200, "steps");
    for (int64_t done = 0; done <= 200; ++done) progress.Advance(done, "R 1.5");
  }
  const std::string text = GetCapturedStderr();
  EXPECT_EQ(Lines(text), 11);
  EXPECT_THAT(text, StartsWith("train  [--------------------]   0%  0/200 steps  R 1.5"));
  EXPECT_THAT(text, AllOf(HasSubstr("[##########----------]  50%  100/200 steps"),
                          HasSubstr("[####################] 100%  200/200 steps"),
                          HasSubstr(" left\n"), HasSubstr(" elapsed\n")));
  EXPECT_EQ(GetCapturedStdout(), "");
}

TEST(Progress, WritesNothingWhenQuiet) {
  Progress::SetQuiet(true);
  CaptureStderr();
  {
    Progress progress("train", 10, "steps");
    progress.Advance(10);
  }
  EXPECT_EQ(GetCapturedStderr(), "");
  Progress::SetQuiet(false);
}

TEST(Progress, BearsNoWorkAndMoreWorkThanItWasTold) {
  CaptureStderr();
  {
    Progress none("fit", 0, "rows");
    none.Advance(0);
    Progress more("fit", 2, "rows");
    more.Advance(5);
  }
  EXPECT_THAT(GetCapturedStderr(), HasSubstr("100%  5/2 rows"));
}

TEST(Progress, IsCutToTheColumnsOfATerminal) {
  EXPECT_EQ(CutToColumns("train  [##", 6), "train ");
  EXPECT_EQ(CutToColumns("\u00e9t\u00e9 \u00e0 Paris", 5), "\u00e9t\u00e9 \u00e0");
  EXPECT_EQ(CutToColumns("short", 80), "short");
  EXPECT_EQ(CutToColumns("", 80), "");
}

}  // namespace
}  // namespace lerl
