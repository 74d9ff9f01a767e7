#include "lerl/serve/repeater.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace lerl {
namespace {

TEST(Repeater, WorksAgainAlsoWhereTheWorkFails) {
  std::atomic<int> times = 0;
  const Repeater repeater("a test", 0.001, [&times] {
    if (++times % 2 == 0) throw std::runtime_error("every other time");
  });
  while (times < 5) std::this_thread::yield();
}

TEST(Repeater, EndsAtOnceWhileItWaits) {
  int times = 0;
  {
    const Repeater repeater("a test", 3600, [&times] { ++times; });
  }
  EXPECT_EQ(times, 0);
}

}  // namespace
}  // namespace lerl
