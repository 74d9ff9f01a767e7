#include "lerl/http/rate_limit.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(RateLimit, AllowsABurstAndThenTheRate) {
  RateLimit limit(2, 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.Take("10.0.0.1", 100), 0) << i;
  EXPECT_DOUBLE_EQ(limit.Take("10.0.0.1", 100), 0.5);
  EXPECT_DOUBLE_EQ(limit.Take("10.0.0.1", 100.25), 0.25);
  EXPECT_EQ(limit.Take("10.0.0.1", 100.5), 0);
  EXPECT_EQ(limit.Take("10.0.0.2", 100.5), 0);
}

TEST(RateLimit, ForgetsFullBuckets) {
  RateLimit limit(10, 10);
  for (int i = 0; i < 100; ++i) limit.Take("10.0.0." + std::to_string(i), 50);
  EXPECT_EQ(limit.clients(), 100);
  limit.Take("10.0.1.1", 52);
  EXPECT_EQ(limit.clients(), 1);
}

TEST(RateLimit, HoldsSoManyClientsAndNoMore) {
  RateLimit limit(0.001, 1);
  for (int64_t i = 0; i < RateLimit::kMostClients + 100; ++i)
    limit.Take("client " + std::to_string(i), 0);
  EXPECT_EQ(limit.clients(), RateLimit::kMostClients + 1);
  EXPECT_GT(limit.Take("client 0", 0), 0);
  EXPECT_GT(limit.Take("another", 0), 0);
}

TEST(RateLimit, WithoutARateAllowsAll) {
  RateLimit limit(0, 1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limit.Take("10.0.0.1", 0), 0);
  EXPECT_EQ(limit.clients(), 0);
}

TEST(RateLimit, TakesANetworkOfIpv6ForOneClient) {
  EXPECT_EQ(ClientOf("2001:db8:1:2:3:4:5:6"), ClientOf("2001:db8:1:2::1"));
  EXPECT_NE(ClientOf("2001:db8:1:2::1"), ClientOf("2001:db8:1:3::1"));
  EXPECT_EQ(ClientOf("::ffff:10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(ClientOf("10.0.0.1"), "10.0.0.1");
}

}  // namespace
}  // namespace lerl
