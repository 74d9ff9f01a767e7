#include "lerl/base/memory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

TEST(ResidentMb, GrowsWithWhatIsWrittenTo) {
  const double before = ResidentMb();
  const std::vector<char> bytes(50'000'000, 1);
  EXPECT_GT(before, 0.5);
  EXPECT_GT(ResidentMb() + bytes[1], before + 40);
}

TEST(AvailableMb, IsWhatThisProcessCouldTake) {
  EXPECT_GT(AvailableMb(), 10);
  EXPECT_LT(AvailableMb(), 1e9);
}

TEST(RoomInGroupMb, IsTheLeastOfTheGroupsAbove) {
  const std::filesystem::path root = ProcessFolder() / "memory_groups";
  const auto write = [&](const std::string& group, const std::string& limit, const char* used,
                         const char* inactive) {
    std::filesystem::create_directories(root / group);
    std::ofstream(root / group / "memory.max") << limit << "\n";
    std::ofstream(root / group / "memory.current") << used << "\n";
    std::ofstream(root / group / "memory.stat")
        << "anon 5\nfile 7\ninactive_file " << inactive << "\n";
  };
  write("a/b", "max", "900000000", "0");
  EXPECT_EQ(RoomInGroupMb(root, "/a/b"), std::numeric_limits<double>::infinity());
  write("a", "3000000000", "2500000000", "400000000");
  EXPECT_DOUBLE_EQ(RoomInGroupMb(root, "/a/b"), 900);
  write("a/b", "1000000000", "900000000", "100000000");
  EXPECT_DOUBLE_EQ(RoomInGroupMb(root, "/a/b"), 200);
  EXPECT_DOUBLE_EQ(RoomInGroupMb(root, "/a"), 900);
  write("a/b", "1000000000", "1200000000", "0");
  EXPECT_EQ(RoomInGroupMb(root, "/a/b"), 0);
}

}  // namespace
}  // namespace lerl
