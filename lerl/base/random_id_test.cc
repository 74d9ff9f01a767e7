#include "lerl/base/random_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(RandomId, HasTheDigitsOf128Bits) {
  for (int n = 0; n < 100; ++n) {
    const std::string id = RandomId();
    EXPECT_EQ(id.size(), 32);
    EXPECT_THAT(id, testing::MatchesRegex("[0-9a-f]+"));
    EXPECT_NE(id, RandomId());
  }
}

}  // namespace
}  // namespace lerl
