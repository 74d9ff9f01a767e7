#include "lerl/http/request_id.h"

#include <gtest/gtest.h>

#include <set>

#include "lerl/base/random_id.h"

namespace lerl {
namespace {

TEST(RequestId, IsNeverDrawnTwice) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(RandomId());
  EXPECT_EQ(ids.size(), 1000U);
  EXPECT_TRUE(IsRequestId(*ids.begin()));
}

TEST(RequestId, HasAPlainForm) {
  for (const char* good :
       {"a", "A-1_b.c", "0123456789012345678901234567890123456789012345678901234567890123"})
    EXPECT_TRUE(IsRequestId(good)) << good;
  for (const char* bad : {"", "a b", "a\n", "a/b", "\xC3\xA9",
                          "01234567890123456789012345678901234567890123456789012345678901234"})
    EXPECT_FALSE(IsRequestId(bad)) << bad;
}

}  // namespace
}  // namespace lerl
