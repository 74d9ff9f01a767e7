#include "lerl/data/row_sorter.h"

#include <gmock/gmock.h>

#include "lerl/base/rng.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;

// 5,000 rows of 50 users at few different times; the item is the number of the arrival. Sorted with
// room for `room` rows in memory, where user n becomes 49 - n.
std::vector<std::array<int64_t, 3>> SortedWithRoomFor(size_t room) {
  const TestFolder folder;
  RowSorter sorter({room, folder.path() / "rows"});
  Rng rng(1, "rows of a test");
  std::vector<int32_t> new_user(50);
  for (int32_t user = 0; user < 50; ++user) new_user[static_cast<size_t>(user)] = 49 - user;
  std::vector<int64_t> offsets(51);
  sorter.Expect(100);
  for (int32_t n = 0; n < 5000; ++n) {
    // User 3 has more rows than any other.
    const auto user = rng.Bernoulli(0.3) ? 3 : static_cast<int32_t>(rng.Below(50));
    ++offsets[static_cast<size_t>(49 - user) + 1];
    sorter.Add({user, n, static_cast<int64_t>(rng.Below(40)), static_cast<uint32_t>(n % 4), 0.5F});
  }
  for (size_t user = 0; user < 50; ++user) offsets[user + 1] += offsets[user];
  EXPECT_EQ(sorter.rows(), 5000);
  EXPECT_EQ(sorter.in_memory(), room >= 5000);
  std::vector<std::array<int64_t, 3>> sorted;
  sorter.Sort(new_user, offsets, "test", [&](const LogRow& row) {
    EXPECT_EQ(row.responses, static_cast<uint32_t>(row.item % 4));
    EXPECT_GE(std::ssize(sorted), offsets[static_cast<size_t>(row.user)]);
    EXPECT_LT(std::ssize(sorted), offsets[static_cast<size_t>(row.user) + 1]);
    sorted.push_back({row.user, row.time_ms, row.item});
  });
  if (room < 5000) {
    EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "rows"));
  }
  return sorted;
}

TEST(RowSorter, SortsByUserThenTimeThenArrival) {
  const std::vector<std::array<int64_t, 3>> sorted = SortedWithRoomFor(5000);
  EXPECT_EQ(sorted.size(), 5000U);
  EXPECT_TRUE(std::ranges::is_sorted(sorted));
}

TEST(RowSorter, TheOrderDoesNotDependOnHowManyRowsFitIntoMemory) {
  const std::vector<std::array<int64_t, 3>> sorted = SortedWithRoomFor(5000);
  for (const size_t room : {4999UL, 1000UL, 70UL, 1UL})
    EXPECT_EQ(SortedWithRoomFor(room), sorted) << room;
}

TEST(RowSorter, RefusesBeforeTheStartWhatTheDiskHasNoRoomFor) {
  const TestFolder folder;
  RowSorter sorter({10, folder.path()});
  sorter.Expect(10);
  EXPECT_THAT(ErrorOf(ErrorKind::kIo, [&] { sorter.Expect(size_t{1} << 50); }),
              testing::HasSubstr("million rows that are sorted there need about"));
}

TEST(GrowingColumn, HasTheSameValuesInMemoryAndInAFile) {
  const TestFolder folder;
  for (const size_t room : {3UL, 2UL, 0UL}) {
    GrowingColumn<int32_t> column(RowMemory{room, folder.path()});
    for (const int32_t value : {7, 8, 9}) column.Push(value);
    const Column<int32_t> taken = column.Take();
    EXPECT_THAT(taken.span(), ElementsAre(7, 8, 9));
  }
}

}  // namespace
}  // namespace lerl
