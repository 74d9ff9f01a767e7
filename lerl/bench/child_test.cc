#include "lerl/bench/child.h"

#include <gtest/gtest.h>

#include "lerl/base/error.h"

namespace lerl {
namespace {

TEST(RunChild, GivesWhatThisProgramPrints) {
  EXPECT_NE(RunChild({"--gtest_list_tests"}).find("GivesWhatThisProgramPrints"), std::string::npos);
}

TEST(RunChild, DISABLED_Fails) { FAIL(); }  // run by the next test, in its child

TEST(RunChild, ThrowsWhereTheProgramFails) {
  EXPECT_THROW(
      RunChild({"--gtest_also_run_disabled_tests", "--gtest_filter=RunChild.DISABLED_Fails"}),
      Error);
}

}  // namespace
}  // namespace lerl
