// The items of event_store.h, held against every kind of store.

#include "lerl/events/item_record.h"

#include <gmock/gmock.h>

#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StoredItemsTest : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(, StoredItemsTest, ::testing::Values("sqlite", "postgres"), NameOfStore);

TEST_P(StoredItemsTest, AddsItemsInTheOrderInWhichTheyCame) {
  const auto store = Open();
  const int64_t revision = store->ItemsRevision();
  EXPECT_THAT(store->Items(), IsEmpty());
  EXPECT_THAT(store->AddItems({}), IsEmpty());
  EXPECT_EQ(store->ItemsRevision(), revision);
  EXPECT_THAT(store->AddItems(std::vector{ItemNamed("b"), ItemNamed("a"), ItemNamed("b")}),
              ElementsAre(ItemOutcome::kAdded, ItemOutcome::kAdded, ItemOutcome::kRepeated));
  EXPECT_NE(store->ItemsRevision(), revision);
  std::vector<ItemRecord> expected = {ItemNamed("b"), ItemNamed("a")};
  expected[0].number = 1;
  expected[1].number = 2;
  EXPECT_EQ(store->Items(), expected);
}

TEST_P(StoredItemsTest, AddsAllItemsOrNone) {
  const auto store = Open();
  store->AddItems(std::vector{ItemNamed("a")});
  const int64_t revision = store->ItemsRevision();
  std::vector<ItemRecord> others(3, ItemNamed("a"));
  others[0].title = "another";
  others[1].categories.pop_back();
  others[2].text.clear();
  for (const ItemRecord& other : others)
    EXPECT_THAT(store->AddItems(std::vector{ItemNamed("b"), other}),
                ElementsAre(ItemOutcome::kAdded, ItemOutcome::kConflict));
  ItemRecord later = ItemNamed("a");
  later.added_us = 9000;
  EXPECT_THAT(store->AddItems(std::vector{later}), ElementsAre(ItemOutcome::kRepeated));
  EXPECT_EQ(store->Items().size(), 1U);
  EXPECT_EQ(store->ItemsRevision(), revision);
  ItemRecord without = ItemNamed("c");
  without.categories.clear();
  ErrorOf(ErrorKind::kUsage, [&] { store->AddItems(std::vector{without}); });
}

TEST_P(StoredItemsTest, WithdrawsItemsAndTakesThemInAgain) {
  const auto store = Open();
  store->AddItems(std::vector{ItemNamed("a")});
  EXPECT_FALSE(store->SetWithdrawn("a", 0));
  EXPECT_TRUE(store->SetWithdrawn("a", 5000));
  EXPECT_FALSE(store->SetWithdrawn("a", 6000));
  EXPECT_EQ(store->Items().at(0).withdrawn_us, 5000);
  EXPECT_THAT(store->AddItems(std::vector{ItemNamed("a")}), ElementsAre(ItemOutcome::kRepeated));
  EXPECT_EQ(store->Items().at(0).withdrawn_us, 5000);
  EXPECT_TRUE(store->SetWithdrawn("a", 0));
  EXPECT_EQ(store->Items().at(0).withdrawn_us, 0);
  // One that nobody added.
  EXPECT_TRUE(store->SetWithdrawn("of the data", 7000));
  ASSERT_EQ(store->Items().size(), 2U);
  EXPECT_FALSE(store->Items()[1].added());
  EXPECT_TRUE(store->SetWithdrawn("of the data", 0));
  EXPECT_EQ(store->Items().size(), 1U);
}

TEST_P(StoredItemsTest, CountsHowOftenItemsWereShown) {
  const auto store = Open();
  store->AddItems(std::vector{ItemNamed("a"), ItemNamed("b")});
  const int64_t revision = store->ItemsRevision();
  store->CountShown({});
  store->CountShown({{"a", 2}, {"of the data", 4}});
  store->CountShown({{"a", 1}});
  EXPECT_EQ(store->Items()[0].shown, 3);
  EXPECT_EQ(store->Items()[1].shown, 0);
  EXPECT_EQ(store->ItemsRevision(), revision);
}

}  // namespace
}  // namespace lerl
