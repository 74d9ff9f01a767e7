#include "lerl/bench/child.h"

#include <gtest/gtest.h>

#include "lerl/base/error.h"

namespace lerl {
namespace {

TEST(RunChild, GivesWhatThisProgramPrints) {
  EXPECT_NE(RunChild({"--gtest_list_tests"}).find("GivesWhatThisProgramPrints"), std::string::npos);
}

TEST(RunChild, ThrowsWhereTheProgramFails) {
  EXPECT_THROW(RunChild({"--gtest_filter=ThereIsNoSuchTest", "--gtest_fail_if_no_test_selected",
                         "--gtest_repeat=x", "--help"}) +
                   RunChild({"--gtest_output=nonsense:/nowhere"}),
               Error);
}

}  // namespace
}  // namespace lerl
