#include "lerl/http/target.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

// The status that a target is refused with; 0 where it is read.
int TargetStatus(std::string_view target) {
  try {
    ReadTarget(target);
  } catch (const ProblemError& error) {
    return error.problem().status;
  }
  return 0;
}

TEST(Target, SplitsBeforeItDecodes) {
  const Target target = ReadTarget("/v1/items/a%2Fb/caf%C3%A9?k=10&name=a+b%26c&flag");
  EXPECT_EQ(target.segments, (std::vector<std::string>{"v1", "items", "a/b", "caf\xC3\xA9"}));
  EXPECT_EQ(target.query, (Fields{{"k", "10"}, {"name", "a b&c"}, {"flag", ""}}));
}

TEST(Target, KeepsAPlusInAPath) { EXPECT_EQ(ReadTarget("/a+b").segments[0], "a+b"); }

TEST(Target, OfTheRootHasOneEmptySegment) {
  EXPECT_EQ(ReadTarget("/").segments, std::vector<std::string>{""});
  EXPECT_EQ(ReadTarget("/a/").segments, (std::vector<std::string>{"a", ""}));
}

TEST(Target, RefusesWhatCouldBeReadInTwoWays) {
  for (const char* bad :
       {"",         "a",          "*",      "/%",           "/%4",        "/%4x",
        "/%zz",     "/%00",       "/a%0Ab", "/a%7f",        "/..",        "/a/../b",
        "/%2e%2e",  "/.%2E/x",    "/.",     "/%C0%AF",      "/%E0%80%AF", "/%ED%A0%80",
        "/%FF",     "/a#b",       "/a b",   "/caf\xC3\xA9", "/a?%",       "/a?x=%0",
        "/a?x=%00", "/a?x=1&x=2", "/a?=1",  "/a?x=1&&y=2"})
    EXPECT_EQ(TargetStatus(bad), 400) << bad;
  for (const char* good : {"/", "/a", "/a?", "/...", "/a..b", "/%E2%82%AC", "/a?x=..%2f"})
    EXPECT_EQ(TargetStatus(good), 0) << good;
}

}  // namespace
}  // namespace lerl
