#include "lerl/events/sql_items.h"

#include <gmock/gmock.h>

#include "lerl/events/migrations.h"
#include "lerl/events/sqlite_connection.h"
#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

class SqlItemsTest : public ::testing::Test {
 protected:
  SqlItemsTest() { Migrate(sql_, "test"); }
  TestFolder folder_;
  SqliteConnection sql_{folder_.Write("a.db", ""), 1000, false};
};

TEST_F(SqlItemsTest, SayWhetherAChangeIsToBeKept) {
  std::vector<ItemOutcome> outcomes;
  EXPECT_TRUE(AddItemRows(sql_, std::vector{ItemNamed("a")}, outcomes));
  EXPECT_FALSE(AddItemRows(sql_, std::vector{ItemNamed("a")}, outcomes));
  ItemRecord other = ItemNamed("a");
  other.title = "another";
  EXPECT_FALSE(AddItemRows(sql_, std::vector{ItemNamed("b"), other}, outcomes));
  EXPECT_THAT(outcomes, ::testing::ElementsAre(ItemOutcome::kAdded, ItemOutcome::kConflict));
  EXPECT_TRUE(SetWithdrawnRow(sql_, "a", 5000));
  EXPECT_FALSE(SetWithdrawnRow(sql_, "a", 6000));
}

TEST_F(SqlItemsTest, KnowTheirOwnWorkWhereItIsDoneAgain) {
  std::vector<ItemOutcome> outcomes;
  AddItemRows(sql_, std::vector{ItemNamed("a")}, outcomes);
  SetWithdrawnRow(sql_, "a", 5000);
  sql_.set_again(true);
  AddItemRows(sql_, std::vector{ItemNamed("a")}, outcomes);
  EXPECT_THAT(outcomes, ::testing::ElementsAre(ItemOutcome::kAdded));
  EXPECT_TRUE(SetWithdrawnRow(sql_, "a", 5000));
  EXPECT_FALSE(SetWithdrawnRow(sql_, "a", 6000));
}

}  // namespace
}  // namespace lerl
