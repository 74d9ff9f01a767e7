#include "lerl/serve/experiment_watch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "lerl/testing/memory_event_store.h"

namespace lerl {
namespace {

// A clock that counts how often it is asked, which each evaluation does once.
TEST(ExperimentWatch, EvaluatesAgainAndAgainAlsoWhereTheStoreFailsAndEndsAtOnce) {
  MemoryEventStore store;
  std::atomic<int> asked = 0;
  ExperimentConfig config{.shares = {0.5, 0.5}, .counted_minutes = 0.01};
  Experiment experiment(store, {"a", "b"}, "like", config, [&] { return int64_t{++asked}; });
  EXPECT_EQ(experiment.EveryUs(), 600'000);
  store.broken = true;
  const ExperimentWatch watch(experiment);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (asked < 3 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_GE(asked, 3);
}

}  // namespace
}  // namespace lerl
