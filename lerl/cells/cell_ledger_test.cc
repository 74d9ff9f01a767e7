#include "lerl/cells/cell_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "lerl/cells/memory_cells.h"

namespace lerl {
namespace {

TEST(NoSignOfLife, IsToldFromOtherFailures) {
  EXPECT_TRUE(SaysNoSignOfLife(NoSignOfLife("host-1-abc")));
  EXPECT_FALSE(SaysNoSignOfLife("its worker ended by signal 9"));
}

TEST(ThrowFailed, SaysNothingWhereNothingFailedAndThrowsABugAsWhatItIs) {
  MemoryCells ledger;
  ledger.Put({.id = "s", .tries = 1}, std::vector<Cell>{{"a"}});
  EXPECT_NO_THROW(ThrowFailed(ledger, "s"));
  ledger.Fail(ledger.Take("s", "w").value(), "", "check failed");
  try {
    ThrowFailed(ledger, "s");
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "s: a failed after 1 try: check failed");
  }
}

}  // namespace
}  // namespace lerl
