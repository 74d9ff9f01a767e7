#include "lerl/llm/endpoint/endpoint_pool.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

void FailThrice(EndpointPool& pool, double now) {
  for (int i = 0; i < kFailuresToGoDown; ++i) {
    const auto endpoint = pool.Take(now);
    ASSERT_TRUE(endpoint.has_value());
    pool.Failed(*endpoint, now, now);
  }
}

TEST(EndpointPool, GivesTheLeastBusyEndpointUpToItsConcurrency) {
  EndpointPool pool(2, {.concurrency = 2});
  EXPECT_EQ(pool.Take(0), 0);
  EXPECT_EQ(pool.Take(0), 1);
  EXPECT_EQ(pool.Take(0), 0);
  EXPECT_EQ(pool.Take(0), 1);
  EXPECT_EQ(pool.Take(0), std::nullopt);
  EXPECT_EQ(pool.Wait(0), std::nullopt);  // only an answer frees a place
  pool.Answered(1, 0);
  EXPECT_EQ(pool.Take(0), 1);
}

TEST(EndpointPool, LeavesAServerThatFailsAloneUntilItsCoolDownIsOver) {
  EndpointPool pool(1, {.concurrency = 4, .cool_down = 5});
  FailThrice(pool, 10);
  EXPECT_TRUE(pool.AllDown(10));
  EXPECT_EQ(pool.Take(14.9), std::nullopt);
  EXPECT_EQ(pool.Wait(12), 3.0);
  EXPECT_FALSE(pool.AllDown(15));
  EXPECT_EQ(pool.Take(15), 0);
  EXPECT_EQ(pool.Take(15), std::nullopt);  // one request tries it
  EXPECT_FALSE(pool.AllDown(15));          // the others wait for what becomes of it
  pool.Failed(0, 15, 15.5);
  EXPECT_TRUE(pool.AllDown(15.5));
  EXPECT_EQ(pool.Take(16), std::nullopt);
  EXPECT_EQ(pool.Take(20.5), 0);
  pool.Answered(0, 20.5);
  EXPECT_FALSE(pool.down(0));
  EXPECT_EQ(pool.Take(20.5), 0);
  EXPECT_EQ(pool.Take(20.5), 0);
}

TEST(EndpointPool, CountsRequestsThatFailedTogetherOnce) {
  EndpointPool pool(1, {.concurrency = 10, .cool_down = 5});
  for (int i = 0; i < 10; ++i) ASSERT_EQ(pool.Take(0), 0);
  for (int i = 0; i < 10; ++i) pool.Failed(0, 0, 1 + i * 0.01);
  EXPECT_FALSE(pool.down(0));
}

TEST(EndpointPool, UsesTheOthersWhileOneIsDown) {
  EndpointPool pool(2, {.concurrency = 1, .cool_down = 5});
  for (int i = 0; i < kFailuresToGoDown; ++i) {
    EXPECT_EQ(pool.Take(0), 0);
    pool.Failed(0, 0, 0);
  }
  EXPECT_EQ(pool.Take(0), 1);
  EXPECT_EQ(pool.Take(0), std::nullopt);
  EXPECT_FALSE(pool.AllDown(0));
}

TEST(EndpointPool, APauseIsNoFailure) {
  EndpointPool pool(1, {.concurrency = 1});
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(pool.Take(i), 0);
    pool.Pause(0, i, 0.5);
    EXPECT_EQ(pool.Take(i + 0.4), std::nullopt);
  }
  EXPECT_FALSE(pool.down(0));
  EXPECT_FALSE(pool.AllDown(4.1));
}

TEST(EndpointPool, APauseLongerThanItsPatiencePutsAServerDown) {
  EndpointPool pool(1, {.concurrency = 4, .cool_down = 5, .patience = 60});
  for (int i = 0; i < 4; ++i) ASSERT_EQ(pool.Take(0), 0);
  pool.Pause(0, 1, 60);
  EXPECT_FALSE(pool.down(0));
  pool.Pause(0, 1, 100);
  EXPECT_TRUE(pool.AllDown(1));
  pool.Answered(0, 2);  // sent before the server asked for its pause
  pool.Failed(0, 0, 3);
  EXPECT_TRUE(pool.AllDown(100));
  EXPECT_EQ(pool.Take(100), std::nullopt);
  EXPECT_EQ(pool.Take(101), 0);
  EXPECT_EQ(pool.Take(101), std::nullopt);  // one request tries it
  pool.Failed(0, 101, 102);
  EXPECT_TRUE(pool.AllDown(106));
  EXPECT_EQ(pool.Take(107), 0);
  pool.Pause(0, 107, 1e12);
  EXPECT_TRUE(pool.AllDown(107 + kLongestPause - 1));
  EXPECT_EQ(pool.Take(107 + kLongestPause), 0);
  pool.Answered(0, 108 + kLongestPause);
  EXPECT_FALSE(pool.down(0));
}

TEST(EndpointPool, KeepsToTheRate) {
  EndpointPool pool(1, {.concurrency = 1000, .requests_per_second = 4});
  int sent = 0;
  double now = 0;
  for (int tick = 0; tick < 1000; ++tick) {
    now = tick * 0.01;
    while (pool.Take(now)) ++sent;
  }
  EXPECT_GE(sent, 4 + 39);  // a full bucket and what flows in
  EXPECT_LE(sent, 4 + 40);
  EXPECT_GT(pool.Wait(now).value(), 0);
  EXPECT_LE(pool.Wait(now).value(), 0.25);
}

}  // namespace
}  // namespace lerl
