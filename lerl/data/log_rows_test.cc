#include "lerl/data/log_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "lerl/data/builder.h"

namespace lerl {
namespace {

using testing::ElementsAre;

constexpr int64_t kMinute = 60'000;

// Behaviours of the events: bit 0 a click, bit 1 a purchase.
Dataset EventLog() {
  DatasetBuilder builder("events", {"click", "purchase"}, /*has_values=*/true);
  builder.AddRow("u", "a", 0 * kMinute, 0, 1);
  builder.AddRow("u", "a", 1 * kMinute, 1, 9);
  builder.AddRow("u", "b", 2 * kMinute, 0, 2);
  builder.AddRow("u", "a", 20 * kMinute, 2, 3);
  builder.AddRow("u", "a", 90 * kMinute, 1, 4);
  builder.AddRow("v", "a", 91 * kMinute, 2, 5);
  return builder.Build("events");
}

TEST(LogRows, EventsOfAUserWithAnItemAreOneInteractionAsLongAsTheyFollowSoon) {
  Dataset dataset = EventLog();
  EXPECT_EQ(MergeEvents(dataset, 30 * kMinute), 6);
  CheckConsistent(dataset);
  EXPECT_THAT(dataset.items.span(), ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(dataset.times_ms.span(), ElementsAre(0, 2 * kMinute, 90 * kMinute, 91 * kMinute));
  EXPECT_THAT(dataset.responses[0].span(), ElementsAre(1, 0, 1, 0));
  EXPECT_THAT(dataset.responses[1].span(), ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(dataset.values.span(), ElementsAre(9, 2, 4, 5));
  Dataset all = EventLog();
  MergeEvents(all, 0);
  EXPECT_THAT(all.items.span(), ElementsAre(0, 1, 0));
}

TEST(LogRows, CountsRowsThatRepeatUserItemAndTime) {
  EXPECT_EQ(CountRepeatedRows(EventLog()), 0);
  DatasetBuilder builder("events", {"click"}, /*has_values=*/false);
  for (const char* item : {"a", "b", "a", "c", "b", "a"}) builder.AddRow("u", item, 5, 1);
  builder.AddRow("u", "a", 6, 1);
  builder.AddRow("v", "a", 5, 1);
  EXPECT_EQ(CountRepeatedRows(builder.Build("events")), 3);
}

TEST(LogRows, DrawsItemsThatTheUserHasNoRowWithAndTheSameAgain) {
  DatasetBuilder builder("events", {"listen"}, /*has_values=*/false);
  for (int item = 0; item < 20; ++item) builder.AddRow("all", std::to_string(item), item, 1);
  for (int item = 0; item < 3; ++item) builder.AddRow("few", std::to_string(item), item, 1);
  for (int item = 0; item < 18; ++item) builder.AddRow("most", std::to_string(item), item, 1);
  const Dataset before = builder.Build("events");
  Dataset dataset = before, again = before, other = before;
  EXPECT_EQ(AddNegatives(dataset, 4, 1), 3 * 4 + 18 * 2);
  CheckConsistent(dataset);
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    std::set<int32_t> taken, drawn;
    for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row)
      (dataset.responses[0][At(row)] != 0 ? taken : drawn).insert(dataset.items[At(row)]);
    for (const int32_t item : drawn) EXPECT_EQ(taken.count(item), 0U);
  }
  AddNegatives(again, 4, 1);
  AddNegatives(other, 4, 2);
  EXPECT_EQ(Fingerprint(dataset), Fingerprint(again));
  EXPECT_NE(Fingerprint(dataset), Fingerprint(other));
}

}  // namespace
}  // namespace lerl
