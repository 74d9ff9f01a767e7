#include "lerl/data/log_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "lerl/data/builder.h"
#include "lerl/testing/data_files.h"

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

// One user has taken all of 20 items, one three, and one 18.
Dataset TakenLog() {
  DatasetBuilder builder("events", {"listen"}, /*has_values=*/false);
  for (const auto& [user, items] : {std::pair{"all", 20}, {"few", 3}, {"most", 18}})
    for (int item = 0; item < items; ++item) builder.AddRow(user, std::to_string(item), item, 1);
  return builder.Build("events");
}

// The items of a user's rows with or without the response.
std::set<int32_t> ItemsOf(const Dataset& dataset, int64_t user, uint8_t response) {
  std::set<int32_t> items;
  for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row)
    if (dataset.responses[0][At(row)] == response) items.insert(dataset.items[At(row)]);
  return items;
}

TEST(LogRows, DrawsItemsThatTheUserHasNoRowWith) {
  Dataset dataset = TakenLog();
  EXPECT_EQ(AddNegatives(dataset, 4, 1), 3 * 4 + 18 * 2);
  CheckConsistent(dataset);
  for (int64_t user = 0; user < dataset.num_users(); ++user)
    for (const int32_t item : ItemsOf(dataset, user, 0))
      EXPECT_EQ(ItemsOf(dataset, user, 1).count(item), 0U);
}

TEST(LogRows, DrawsTheSameAgainFromOneSeed) {
  Dataset first = TakenLog(), again = first, other = first;
  AddNegatives(first, 4, 1);
  AddNegatives(again, 4, 1);
  AddNegatives(other, 4, 2);
  EXPECT_EQ(Fingerprint(first), Fingerprint(again));
  EXPECT_NE(Fingerprint(first), Fingerprint(other));
}

TEST(LogRows, AreTheSameWhereTheyDoNotFitIntoMemory) {
  const TestFolder folder;
  const RowMemory few{.rows = 3, .folder = folder.path()};
  Dataset merged = EventLog(), merged_in_files = merged;
  MergeEvents(merged, 30 * kMinute);
  MergeEvents(merged_in_files, 30 * kMinute, few);
  EXPECT_EQ(Fingerprint(merged_in_files), Fingerprint(merged));
  Dataset more = TakenLog(), more_in_files = more;
  AddNegatives(more, 4, 1);
  AddNegatives(more_in_files, 4, 1, few);
  EXPECT_EQ(Fingerprint(more_in_files), Fingerprint(more));
}

TEST(LogRows, AnInteractionHasTheSourceOfItsFirstEvent) {
  DatasetBuilder builder("events", {"click"}, /*has_values=*/false);
  builder.KeepOrganic();
  builder.AddRow("u", "a", 0, 0 | DatasetBuilder::kOrganic);
  builder.AddRow("u", "a", 1, 1);
  builder.AddRow("u", "b", 2, 0);
  builder.AddRow("u", "b", 3, 1 | DatasetBuilder::kOrganic);
  Dataset dataset = builder.Build("events");
  EXPECT_THAT(dataset.organic.span(), ElementsAre(1, 0, 0, 1));
  MergeEvents(dataset, 0);
  EXPECT_THAT(dataset.organic.span(), ElementsAre(1, 0));
  EXPECT_THAT(dataset.responses[0].span(), ElementsAre(1, 1));
}

}  // namespace
}  // namespace lerl
