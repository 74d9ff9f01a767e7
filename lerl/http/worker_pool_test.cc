#include "lerl/http/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace lerl {
namespace {

TEST(WorkerPool, DoesEveryTaskThatItTook) {
  std::atomic<int> done = 0;
  int taken = 0;
  {
    WorkerPool pool(4, 100);
    for (int i = 0; i < 1000; ++i) taken += pool.TryAdd([&done] { ++done; }) ? 1 : 0;
  }
  EXPECT_EQ(done, taken);
  EXPECT_GE(taken, 100);
}

TEST(WorkerPool, RefusesWhatItsQueueCannotHold) {
  std::promise<void> begun, go;
  WorkerPool pool(1, 2);
  EXPECT_TRUE(pool.TryAdd([&] {
    begun.set_value();
    go.get_future().wait();
  }));
  begun.get_future().wait();
  EXPECT_TRUE(pool.TryAdd([] {}));
  EXPECT_TRUE(pool.TryAdd([] {}));
  EXPECT_FALSE(pool.TryAdd([] {}));
  EXPECT_EQ(pool.queued(), 2);
  go.set_value();
}

}  // namespace
}  // namespace lerl
