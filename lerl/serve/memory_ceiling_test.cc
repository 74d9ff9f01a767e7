#include "lerl/serve/memory_ceiling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::HasSubstr;

class MemoryCeilingTest : public testing::Test {
 protected:
  MemoryCeiling Make(int64_t ceiling_mb) {
    return MemoryCeiling(
        ceiling_mb,
        [this] {
          ++times_;
          resident_ -= cached_;
          cached_ = 0;
        },
        metrics_, [this] { return resident_; });
  }
  // Past the pause after which memory is given back again.
  static void Wait() { std::this_thread::sleep_for(std::chrono::milliseconds(550)); }

  Metrics metrics_;
  double resident_ = 500, cached_ = 0;
  int times_ = 0;
};

TEST_F(MemoryCeilingTest, LetsGoWhatIsCachedBeforeTheCeilingIsReached) {
  MemoryCeiling ceiling = Make(1000);
  ceiling.Check();
  EXPECT_EQ(times_, 0);
  resident_ = 950, cached_ = 400;
  ceiling.Check();
  EXPECT_EQ(times_, 1);
  EXPECT_FALSE(ceiling.full());
  EXPECT_THAT(metrics_.Text(), HasSubstr("lerl_memory_given_back_total 1\n"));
  EXPECT_THAT(metrics_.Text(), HasSubstr("lerl_memory_ceiling_bytes 1000000000\n"));
}

TEST_F(MemoryCeilingTest, IsFullWhileThatDoesNotSuffice) {
  MemoryCeiling ceiling = Make(1000);
  resident_ = 960, cached_ = 10;
  ceiling.Check();
  EXPECT_TRUE(ceiling.full());
  EXPECT_THAT(metrics_.Text(), HasSubstr("lerl_memory_full 1\n"));
  ceiling.Check();  // at once there is nothing more to give
  EXPECT_EQ(times_, 1);
  EXPECT_TRUE(ceiling.full());
  Wait();
  ceiling.Check();
  EXPECT_EQ(times_, 2);
  resident_ = 700;
  ceiling.Check();
  EXPECT_FALSE(ceiling.full());
  EXPECT_THAT(metrics_.Text(), HasSubstr("lerl_memory_full 0\n"));
}

TEST_F(MemoryCeilingTest, OfZeroIsNone) {
  MemoryCeiling ceiling = Make(0);
  resident_ = 1e6;
  ceiling.Check();
  EXPECT_EQ(times_, 0);
  EXPECT_FALSE(ceiling.full());
}

TEST_F(MemoryCeilingTest, IsRefusedWhereThereIsNoRoomBelowIt) {
  Make(600).RequireRoom();
  Make(0).RequireRoom();
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [this] { Make(550).RequireRoom(); }),
              HasSubstr("take 500 MB before anybody is served; set it to 625 or more"));
}

TEST_F(MemoryCeilingTest, BodiesMayHoldAnEighth) {
  EXPECT_EQ(MemoryCeiling::HeldBytes(0, 256 << 20), 256 << 20);
  EXPECT_EQ(MemoryCeiling::HeldBytes(800, 256 << 20), 100'000'000);
  EXPECT_EQ(MemoryCeiling::HeldBytes(8000, 256 << 20), 256 << 20);
}

}  // namespace
}  // namespace lerl
