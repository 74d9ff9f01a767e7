#include "lerl/data/new_items.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>

#include "lerl/data/sources/synthetic.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Dataset SixtyItems() { return MakeSyntheticDataset({.users = 40, .items = 60, .categories = 6}); }

// Users 0 and 1 with items 0, 1, 2, 1 and 1, 2; items 0 and 1 are of category 0, 2 is of both.
struct TwoUsers {
  TwoUsers() {
    dataset.name = "tiny";
    dataset.behaviours = {"like"};
    dataset.categories = {"Drama", "War"};
    dataset.user_ids = {"a", "b"};
    dataset.item_ids = {"0", "1", "2"};
    dataset.item_titles = {"", "", ""};
    dataset.category_offsets = std::vector<int64_t>{0, 1, 2, 4};
    dataset.category_ids = std::vector<int32_t>{0, 0, 0, 1};
    dataset.user_offsets = std::vector<int64_t>{0, 4, 6};
    dataset.items = std::vector<int32_t>{0, 1, 2, 1, 1, 2};
    dataset.times_ms = std::vector<int64_t>{10, 11, 12, 13, 14, 15};
    dataset.values = std::vector<float>{1, 2, 3, 4, 5, 6};
    dataset.responses = {std::vector<uint8_t>{0, 1, 1, 0, 1, 1}};
    split.train_end = {3, 5};
    split.valid_end = {4, 6};
    split.train_users = {0};
    split.test_users = {1};
  }
  Dataset dataset;
  Split split;
};

TEST(ChooseNewItems, DrawsTheShareByTheSeed) {
  const Dataset dataset = SixtyItems();
  EXPECT_TRUE(ChooseNewItems(dataset, {}).empty());
  const std::vector<uint8_t> drawn = ChooseNewItems(dataset, {.new_items = 0.3});
  EXPECT_EQ(std::accumulate(drawn.begin(), drawn.end(), 0), 18);
  EXPECT_EQ(drawn, ChooseNewItems(dataset, {.new_items = 0.3}));
  EXPECT_NE(drawn, ChooseNewItems(dataset, {.new_items = 0.3, .seed = 2}));
  // A larger share has the items of the smaller one, and more.
  const std::vector<uint8_t> more = ChooseNewItems(dataset, {.new_items = 0.5});
  for (size_t item = 0; item < drawn.size(); ++item) EXPECT_LE(drawn[item], more[item]);
}

TEST(ChooseNewItems, DependsOnNoRow) {
  Dataset dataset = SixtyItems();
  const std::vector<uint8_t> drawn = ChooseNewItems(dataset, {.new_items = 0.3});
  std::vector<int32_t> items(dataset.items.begin(), dataset.items.end());
  std::ranges::reverse(items);
  dataset.items = std::move(items);
  EXPECT_EQ(ChooseNewItems(dataset, {.new_items = 0.3}), drawn);
}

TEST(ChooseNewItems, TakesAllItemsThatCarryTheCategory) {
  const TwoUsers two;
  EXPECT_THAT(ChooseNewItems(two.dataset, {.new_category = "War"}), ElementsAre(0, 0, 1));
  EXPECT_THAT(ChooseNewItems(two.dataset, {.new_category = "Drama"}), ElementsAre(1, 1, 1));
}

TEST(ChooseNewItems, NamesTheCategoriesThereAre) {
  const TwoUsers two;
  const std::string message = ErrorOf(
      ErrorKind::kConfig, [&] { ChooseNewItems(two.dataset, {.new_category = "Western"}); });
  EXPECT_THAT(message, HasSubstr("split.new_category: tiny has no category 'Western'"));
  EXPECT_THAT(message, HasSubstr("Drama"));
  EXPECT_THAT(message, HasSubstr("War"));
}

TEST(RequireKnownSlate, NeedsOneCategoryWithASlateOfKnownItems) {
  const TwoUsers two;
  EXPECT_NO_THROW(RequireKnownSlate(two.dataset, std::vector<uint8_t>{0, 0, 1}, 2));
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig,
                      [&] {
                        RequireKnownSlate(two.dataset, std::vector<uint8_t>{0, 1, 1}, 2);
                      }),
              HasSubstr("no category of tiny is left with the 2 known items of a slate"));
}

TEST(DropRowsOf, LeavesTheOtherRowsInPlace) {
  TwoUsers two;
  DropRowsOf({0, 1, 0}, two.dataset, two.split);
  CheckConsistent(two.dataset);
  EXPECT_THAT(two.dataset.items.span(), ElementsAre(0, 2, 2));
  EXPECT_THAT(two.dataset.times_ms.span(), ElementsAre(10, 12, 15));
  EXPECT_THAT(two.dataset.values.span(), ElementsAre(1, 3, 6));
  EXPECT_THAT(two.dataset.responses[0].span(), ElementsAre(0, 1, 1));
  EXPECT_THAT(two.dataset.user_offsets.span(), ElementsAre(0, 2, 3));
  EXPECT_THAT(two.split.train_end, ElementsAre(2, 2));
  EXPECT_THAT(two.split.valid_end, ElementsAre(2, 3));
  EXPECT_THAT(two.split.new_items, ElementsAre(0, 1, 0));
  EXPECT_THAT(two.split.test_users, ElementsAre(1));
}

}  // namespace
}  // namespace lerl
