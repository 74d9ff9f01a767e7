#include "lerl/base/version.h"

#include <gmock/gmock.h>

namespace lerl {
namespace {

using ::testing::MatchesRegex;

TEST(Version, IsThreeNumbers) { EXPECT_THAT(Version(), MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+")); }

TEST(Version, CommitIsHexadecimalOrSaysThatItIsUnknown) {
  EXPECT_THAT(Commit(), MatchesRegex("[0-9a-f]{12}(-dirty-[0-9a-f]{8})?|unknown"));
}

TEST(CanBeMadeAgain, WantsACommitWithNothingChanged) {
  EXPECT_TRUE(CanBeMadeAgain("0123456789ab"));
  EXPECT_FALSE(CanBeMadeAgain("0123456789ab-dirty-01234567"));
  EXPECT_FALSE(CanBeMadeAgain("unknown"));
  EXPECT_FALSE(CanBeMadeAgain(""));
}

}  // namespace
}  // namespace lerl
