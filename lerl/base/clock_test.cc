#include "lerl/base/clock.h"

#include <gmock/gmock.h>

namespace lerl {
namespace {

TEST(UtcNow, IsAStampThatSortsByTime) {
  EXPECT_THAT(UtcNow(),
              testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"));
}

}  // namespace
}  // namespace lerl
