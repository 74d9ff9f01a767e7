#include "lerl/train/launch_ranks.h"

#include <gtest/gtest.h>

#include "lerl/base/file.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using std::chrono::milliseconds;

bool Never() { return false; }

std::vector<std::string> Shell(const std::string& script) { return {"sh", "-c", script}; }

TEST(LaunchRanks, TellsEveryRankItsPlace) {
  const TestFolder folder;
  const std::string out = folder.path().string();
  const RanksEnd end =
      LaunchRanks(3,
                  Shell("echo $RANK $WORLD_SIZE $LOCAL_RANK $LOCAL_WORLD_SIZE $MASTER_ADDR > " +
                        out + "/$RANK; test $MASTER_PORT -gt 0"),
                  Never);
  EXPECT_EQ(end.rank, -1);
  EXPECT_EQ(end.status, 0);
  for (const std::string rank : {"0", "1", "2"})
    EXPECT_EQ(ReadFile(folder.path() / rank), rank + " 3 " + rank + " 3 127.0.0.1\n");
}

TEST(LaunchRanks, NamesTheFirstThatFailsAndEndsWhoDoesNotEnd) {
  const RanksEnd end = LaunchRanks(2, Shell("if [ $RANK = 1 ]; then exit 7; fi; exec sleep 60"),
                                   Never, milliseconds(50));
  EXPECT_EQ(end.rank, 1);
  EXPECT_EQ(end.status, 7);
  EXPECT_EQ(DescribeEnd(end, 2), "rank 1 of 2 failed with exit code 7");
}

TEST(LaunchRanks, NamesARankThatWasKilled) {
  const RanksEnd end =
      LaunchRanks(2, Shell("if [ $RANK = 0 ]; then kill -9 $$; fi"), Never, milliseconds(50));
  EXPECT_EQ(DescribeEnd(end, 2), "rank 0 of 2 was ended by signal 9");
}

TEST(LaunchRanks, HandsARequestToStopToAllRanks) {
  const TestFolder folder;
  const std::string here = folder.path().string();
  const auto all_started = [&] {
    return std::filesystem::exists(folder.path() / "0") &&
           std::filesystem::exists(folder.path() / "1");
  };
  const RanksEnd end = LaunchRanks(
      2, Shell("trap 'exit 130' TERM; : > " + here + "/$RANK; while true; do sleep 0.02; done"),
      all_started);
  EXPECT_EQ(end.status, 130);
}

TEST(FreeLoopbackPort, IsAPort) {
  EXPECT_GT(FreeLoopbackPort(), 0);
  EXPECT_LT(FreeLoopbackPort(), 65536);
}

}  // namespace
}  // namespace lerl
