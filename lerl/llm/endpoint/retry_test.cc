#include "lerl/llm/endpoint/retry.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(Retry, IsForFailuresThatMayPass) {
  for (const int status : {0, 408, 429, 500, 502, 503, 504}) EXPECT_TRUE(MayPass(status)) << status;
  for (const int status : {200, 400, 401, 403, 404, 422, 501})
    EXPECT_FALSE(MayPass(status)) << status;
}

TEST(Retry, DelaysDoubleWithinTheirJitter) {
  Rng rng(1, "retry");
  for (int attempt = 0; attempt < 4; ++attempt) {
    double low = 1e9, high = 0;
    for (int draw = 0; draw < 200; ++draw) {
      const double delay = RetryDelay(attempt, 0.2, {}, rng);
      low = std::min(low, delay);
      high = std::max(high, delay);
    }
    const double step = 0.2 * (1 << attempt);
    EXPECT_GE(low, step / 2);
    EXPECT_LT(high, step);
    EXPECT_LT(low, 0.6 * step);  // they differ
    EXPECT_GT(high, 0.9 * step);
  }
  EXPECT_LE(RetryDelay(500, 0.2, {}, rng), kLongestBackoff);
}

TEST(Retry, WaitsAtLeastAsLongAsTheServerAsks) {
  Rng rng(1, "retry");
  EXPECT_EQ(RetryDelay(0, 0.1, 7.0, rng), 7.0);
  EXPECT_GE(RetryDelay(3, 1, 0.5, rng), 4.0);
}

TEST(Retry, ReadsSecondsAndDates) {
  EXPECT_EQ(ParseRetryAfter("3", 0), 3.0);
  EXPECT_EQ(ParseRetryAfter("1.5\r\n", 0), 1.5);
  EXPECT_EQ(ParseRetryAfter("Thu, 01 Jan 1970 00:01:40 GMT", 60), 40.0);
  EXPECT_EQ(ParseRetryAfter("Thu, 01 Jan 1970 00:01:40 GMT", 600), 0.0);
  EXPECT_EQ(ParseRetryAfter("soon", 0), std::nullopt);
  EXPECT_EQ(ParseRetryAfter("-2", 0), std::nullopt);
  EXPECT_EQ(ParseRetryAfter("", 0), std::nullopt);
}

}  // namespace
}  // namespace lerl
