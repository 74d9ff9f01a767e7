#include "lerl/base/memory.h"

#include <gtest/gtest.h>

#include <vector>

namespace lerl {
namespace {

TEST(ResidentMb, GrowsWithWhatIsWrittenTo) {
  const double before = ResidentMb();
  const std::vector<char> bytes(50'000'000, 1);
  EXPECT_GT(before, 0.5);
  EXPECT_GT(ResidentMb() + bytes[1], before + 40);
}

TEST(AvailableMb, IsWhatThisProcessCouldTake) {
  EXPECT_GT(AvailableMb(), 10);
  EXPECT_LT(AvailableMb(), 1e9);
}

}  // namespace
}  // namespace lerl
