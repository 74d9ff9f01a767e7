#include "lerl/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "lerl/base/index.h"

namespace lerl {
namespace {

TEST(ParallelFor, RunsEveryBlockOnceAtAnyNumberOfThreads) {
  for (const int threads : {0, 1, 2, 7, 200}) {
    std::vector<int> runs(100);
    ParallelFor(100, threads, [&](int64_t block) { ++runs[At(block)]; });
    EXPECT_EQ(runs, std::vector<int>(100, 1)) << threads << " threads";
  }
}

TEST(ParallelFor, DoesNothingForNoBlocks) {
  ParallelFor(0, 4, [](int64_t) { FAIL(); });
}

TEST(ParallelFor, GivesTheSameResultAtOneAndTwoThreadsWithDenormals) {
  const auto compute = [](int threads) {
    std::vector<float> values(16);
    ParallelFor(16, threads, [&](int64_t block) {
      volatile float x = std::numeric_limits<float>::min();
      x = x / static_cast<float>(block + 2);  // the quotient would be denormal, so it is 0
      values[At(block)] = x + static_cast<float>(block);
      if (block == 0) values[0] = x;
    });
    return values;
  };
  EXPECT_EQ(compute(1), compute(2));
  EXPECT_EQ(compute(1)[0], 0.0f);
}

TEST(ParallelFor, LeavesTheCallersArithmeticAsItWas) {
  ParallelFor(4, 2, [](int64_t) {});
  volatile float x = std::numeric_limits<float>::min();
  x = x / 4;
  EXPECT_GT(x, 0.0f);
}

TEST(ParallelFor, RethrowsTheFailureOfTheLowestBlockAfterAllThreadsStopped) {
  for (const int threads : {1, 2, 4}) {
    std::atomic<int> running{0};
    std::string message;
    try {
      ParallelFor(50, threads, [&](int64_t block) {
        ++running;
        if (block == 10) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        --running;
        if (block >= 10) throw std::runtime_error("block " + std::to_string(block));
      });
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    EXPECT_EQ(message, "block 10") << threads << " threads";
    EXPECT_EQ(running, 0);
  }
}

TEST(FlushDenormals, TurnsDenormalResultsIntoZeroOnThisThreadOnly) {
  float flushed = 1;
  std::thread([&flushed] {
    FlushDenormals();
    volatile float x = std::numeric_limits<float>::min();
    x = x / 4;
    flushed = x;
  }).join();
  EXPECT_EQ(flushed, 0.0f);
  volatile float x = std::numeric_limits<float>::min();
  x = x / 4;
  EXPECT_GT(x, 0.0f);
}

float QuarterOfTheLeastNormal() {
  volatile float x = std::numeric_limits<float>::min();
  x = x / 4;
  return x;
}

TEST(DenormalsFlushed, RestoresTheModeOfTheCaller) {
  {
    const DenormalsFlushed flushed;
    EXPECT_EQ(QuarterOfTheLeastNormal(), 0.0f);
    {
      const DenormalsKept kept;
      EXPECT_GT(QuarterOfTheLeastNormal(), 0.0f);
    }
    EXPECT_EQ(QuarterOfTheLeastNormal(), 0.0f);
  }
  EXPECT_GT(QuarterOfTheLeastNormal(), 0.0f);
}

}  // namespace
}  // namespace lerl
