#include "lerl/base/periodic.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace lerl {
namespace {

using std::chrono::milliseconds;

TEST(Periodic, WorksAgainAndAgainAlsoAfterAFailure) {
  std::atomic<int> done = 0;
  {
    const Periodic periodic("test", milliseconds(1), [&] {
      if (++done == 2) throw std::runtime_error("no luck");
    });
    while (done < 4) std::this_thread::yield();
  }
  const int at_end = done;
  std::this_thread::sleep_for(milliseconds(5));
  EXPECT_EQ(done, at_end);
}

TEST(Periodic, EndsWithoutWaitingForItsPause) {
  std::atomic<int> done = 0;
  {
    const Periodic periodic("test", std::chrono::hours(1), [&] { ++done; });
    while (done < 1) std::this_thread::yield();
  }
  EXPECT_EQ(done, 1);
}

TEST(Periodic, WorksBeforeItsPauseIsOverWhenItIsWoken) {
  std::atomic<int> done = 0;
  Periodic periodic("test", std::chrono::hours(1), [&] { ++done; });
  while (done < 1) std::this_thread::yield();
  periodic.Wake();
  while (done < 2) std::this_thread::yield();
}

}  // namespace
}  // namespace lerl
