#include "lerl/agents/items/item_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace lerl {
namespace {

using ::testing::ElementsAre;

// Items 0 {a, b}, 1 {a}, 2 {}; user 0 saw 1, 1, 0 and liked the last two, user 1 saw 2.
struct ThreeItems {
  Dataset dataset;
  Split split;

  ThreeItems() {
    dataset.item_ids = {"0", "1", "2"};
    dataset.user_ids = {"u", "v"};
    dataset.categories = {"a", "b"};
    dataset.category_offsets = std::vector<int64_t>{0, 2, 3, 3};
    dataset.category_ids = std::vector<int32_t>{0, 1, 0};
    dataset.user_offsets = std::vector<int64_t>{0, 3, 4};
    dataset.items = std::vector<int32_t>{1, 1, 0, 2};
    dataset.responses = {Column<uint8_t>(std::vector<uint8_t>{0, 1, 1, 0})};
    split.train_end = {3, 4};
  }
};

TEST(ItemGroups, OfPopularityHoldTheItemsWithTheMostRows) {
  const ThreeItems world;
  const ItemGroups groups = MakeItemGroups(world.dataset, world.split, "popularity", 0.1);
  EXPECT_THAT(groups.shares, ElementsAre(0, 1, 1, 0, 0, 1));
  EXPECT_THAT(groups.fame, ElementsAre(1, 0));
  EXPECT_THAT(groups.likes, ElementsAre(0.5f, 0.5f));
}

TEST(ItemGroups, OfCategoriesShareAnItemAndHoldTheOnesWithoutAny) {
  const ThreeItems world;
  const ItemGroups groups = MakeItemGroups(world.dataset, world.split, "categories", 0.1);
  EXPECT_THAT(groups.shares, ElementsAre(0.5f, 0.5f, 0, 1, 0, 0, 0, 0, 1));
  EXPECT_THAT(groups.fame, ElementsAre(1, 0.2f, 0.4f));  // rows 2.5, .5, 1
  EXPECT_THAT(groups.likes, ElementsAre(0.75f, 0.25f, 0));
}

// memory 1: delta = 1/e. Likes of item 1, then item 0: u_popular = (1/e) / (1 + 1/e).
TEST(GroupPreference, ForgetsEarlierLikes) {
  const ThreeItems world;
  const ItemGroups groups = MakeItemGroups(world.dataset, world.split, "popularity", 0.1);
  GroupPreference preference(groups, 1);
  std::vector<float> u(2);
  preference.Write(u);
  EXPECT_THAT(u, ElementsAre(0.5f, 0.5f)) << "without a like that of the log";
  preference.LikePast(world.dataset, world.split, 0);
  preference.Write(u);
  const double delta = std::exp(-1.0);
  EXPECT_NEAR(u[0], delta / (1 + delta), 1e-6);
  EXPECT_NEAR(u[0] + u[1], 1, 1e-6);
}

}  // namespace
}  // namespace lerl
