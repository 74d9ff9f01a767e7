#include "lerl/serve/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

TEST(Catalog, KnowsItemsUsersAndBehavioursByName) {
  const Dataset& dataset = SmallServedRun::Get().world()->dataset;
  const Catalog catalog(dataset);
  EXPECT_EQ(catalog.Item(dataset.item_ids[7]), 7);
  EXPECT_EQ(catalog.Item("no such item"), std::nullopt);
  EXPECT_EQ(catalog.User(dataset.user_ids[5]), 5);
  EXPECT_EQ(catalog.Behaviour("like"), 0);
  EXPECT_EQ(catalog.Behaviour("love"), std::nullopt);
}

TEST(Catalog, WhoIsNotInTheDataIsAGuest) {
  const Catalog catalog(SmallServedRun::Get().world()->dataset);
  EXPECT_EQ(catalog.guest(), SmallServedRun::Get().guest());
  EXPECT_EQ(catalog.User("somebody new"), catalog.guest());
  EXPECT_EQ(catalog.User(""), catalog.guest());  // the guest's own name in the data
}

TEST(Catalog, AnItemWithoutATitleIsShownByItsId) {
  const Dataset& dataset = SmallServedRun::Get().world()->dataset;
  const Catalog catalog(dataset);
  EXPECT_EQ(dataset.item_titles[3], "");
  EXPECT_EQ(catalog.Title(3), dataset.item_ids[3]);
  EXPECT_THAT(catalog.CategoriesOf(3), testing::Not(testing::IsEmpty()));
}

TEST(Catalog, KnowsWhatWasAddedAndWhatIsWithdrawn) {
  const Dataset& dataset = SmallServedRun::Get().world()->dataset;
  const Catalog all(dataset);
  EXPECT_FALSE(all.IsAdded(59) || all.IsWithdrawn(59));
  EXPECT_EQ(all.num_added(), 0);
  std::vector<uint8_t> withdrawn(60);
  withdrawn[3] = 1;
  const Catalog some(dataset, 58, withdrawn);
  EXPECT_FALSE(some.IsAdded(57));
  EXPECT_TRUE(some.IsAdded(58));
  EXPECT_TRUE(some.IsWithdrawn(3));
  EXPECT_EQ(some.num_added(), 2);
}

}  // namespace
}  // namespace lerl
