#include "lerl/data/builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/rng.h"
#include "lerl/data/store.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;

TEST(NaturalOrder, PutsNumbersByValueBeforeTexts) {
  EXPECT_TRUE(NaturalLess("2", "10"));
  EXPECT_TRUE(NaturalLess("10", "a"));
  EXPECT_FALSE(NaturalLess("a", "10"));
  EXPECT_TRUE(NaturalLess("a10", "a2"));
  EXPECT_FALSE(NaturalLess("7", "7"));
}

TEST(NameIndex, FindsWhatWasAddedBeforeAndAfterSorting) {
  NameIndex index;
  for (int i = 999; i >= 0; --i) EXPECT_EQ(index.Add(std::to_string(i)), 999 - i);
  EXPECT_EQ(index.Add("17"), 982);
  EXPECT_EQ(index.Find("1000"), -1);
  EXPECT_EQ(index.SortNames()[982], 17);
  EXPECT_EQ(index.Find("17"), 17);
  EXPECT_EQ(NameIndex().Find("a"), -1);
}

TEST(DatasetBuilder, SortsRowsByUserThenTimeThenArrival) {
  DatasetBuilder builder("x", {"like", "share"}, true);
  builder.AddRow("10", "b", 50, 1, 1);
  builder.AddRow("2", "a", 30, 2, 2);
  builder.AddRow("10", "c", 40, 0, 3);
  builder.AddRow("10", "a", 50, 3, 4);
  const Dataset dataset = builder.Build("x.csv");
  CheckConsistent(dataset);
  EXPECT_THAT(dataset.user_ids, ElementsAre("2", "10"));
  EXPECT_THAT(dataset.item_ids, ElementsAre("a", "b", "c"));
  EXPECT_THAT(dataset.user_offsets.span(), ElementsAre(0, 1, 4));
  EXPECT_THAT(dataset.items.span(), ElementsAre(0, 2, 1, 0));
  EXPECT_THAT(dataset.times_ms.span(), ElementsAre(30, 40, 50, 50));
  EXPECT_THAT(dataset.values.span(), ElementsAre(2, 3, 1, 4));
  EXPECT_THAT(dataset.responses[0].span(), ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(dataset.responses[1].span(), ElementsAre(1, 0, 0, 1));
  EXPECT_EQ(builder.FindUser("10"), 1);
  EXPECT_EQ(builder.FindItem("d"), -1);
}

TEST(DatasetBuilder, WithoutARowIsAnErrorThatNamesTheSource) {
  DatasetBuilder builder("x", {"like"}, false);
  try {
    builder.Build("x.csv");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("x.csv: no interaction is left"));
  }
}

TEST(CategoryLists, SplitsSortsAndForgetsDoubles) {
  Dataset dataset;
  CategoryLists lists(3);
  lists.AddAll(0, "Drama| Action ||Drama", "|");
  lists.AddAll(2, "Comedy", "|");
  lists.Store(dataset);
  EXPECT_THAT(dataset.categories, ElementsAre("Action", "Comedy", "Drama"));
  EXPECT_THAT(dataset.category_offsets.span(), ElementsAre(0, 2, 2, 3));
  EXPECT_THAT(dataset.category_ids.span(), ElementsAre(0, 2, 1));
}

TEST(FeatureTable, GivesUnknownCodeZeroAndSortsTheOthers) {
  FeatureTable table({"age"}, 5);
  table.Set(0, 0, "b");
  table.Set(0, 1, "UNKNOWN");
  table.Set(0, 2, "10");
  table.Set(0, 3, "9.0");
  const std::vector<Feature> features = table.Take();
  ASSERT_EQ(features.size(), 1u);
  EXPECT_THAT(features[0].values, ElementsAre("", "9", "10", "b"));
  EXPECT_THAT(features[0].codes.span(), ElementsAre(3, 0, 2, 1, 0));
}

TEST(CategoryLists, KeepsTheCategoriesWithTheMostItemsAndSaysHowManyItLeftOut) {
  DatasetBuilder builder("x", {"like"}, /*has_values=*/false);
  for (const char* item : {"0", "1", "2"}) builder.AddRow("u", item, 0, 1);
  Dataset dataset = builder.Build("x");
  CategoryLists lists(3);
  for (const auto& [item, category] :
       {std::pair{0, "d"}, {0, "b"}, {1, "b"}, {1, "c"}, {2, "b"}, {2, "c"}, {2, "a"}})
    lists.Add(item, category);
  lists.Store(dataset, 3);
  CheckConsistent(dataset);
  EXPECT_THAT(dataset.categories, testing::ElementsAre("a", "b", "c"));
  EXPECT_EQ(dataset.CategoriesOf(0).size(), 1U);
  EXPECT_THAT(dataset.notes, testing::ElementsAre(testing::HasSubstr("1 of 4 categories")));
}

TEST(CategoryLists, SaysHowManyCategoriesLookLikeAListThatCouldNotBeRead) {
  Dataset dataset;
  CategoryLists lists(2);
  lists.AddAll(0, "['Action', 'Horror'", "|");
  lists.AddAll(1, "Drama", "|");
  testing::internal::CaptureStderr();
  lists.Store(dataset);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("write lists as A|B"), std::string::npos);
  EXPECT_THAT(dataset.notes, ElementsAre("1 of 2 categories begin like a list that could not be "
                                         "read, such as ['Action', 'Horror'"));
}

TEST(CategoryLists, RefusesMoreCategoriesThanAPlanNumbersWithTheirNumber) {
  const auto with = [](int64_t categories, int64_t most) {
    DatasetBuilder builder("tags", {"like"}, /*has_values=*/false);
    builder.AddRow("u", "0", 0, 1);
    Dataset dataset = builder.Build("x");
    CategoryLists lists(1);
    for (int64_t c = 0; c < categories; ++c) lists.Add(0, std::to_string(c));
    lists.Store(dataset, most);
    return dataset.num_categories();
  };
  EXPECT_EQ(with(kMostCategories, 0), 32'767);
  EXPECT_EQ(with(kMostCategories + 1, 1'000), 1'000);
  try {
    with(kMostCategories + 1, 0);
    ADD_FAILURE() << "no error was thrown";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("tags: it has 32768 categories"));
  }
}

TEST(DatasetBuilder, MakesTheSameBytesHoweverManyRowsFitIntoMemory) {
  const TestFolder folder;
  const auto made = [&](size_t rows) {
    DatasetBuilder builder("x", {"like", "share"}, true, {rows, folder.path() / "rows"});
    builder.KeepOrganic();
    Rng rng(1, "rows of a test");
    for (int n = 0; n < 3000; ++n) {
      const uint32_t bits =
          static_cast<uint32_t>(rng.Below(4)) | (rng.Bernoulli(0.5) ? DatasetBuilder::kOrganic : 0);
      builder.AddRow(std::to_string(rng.Below(90)), "i" + std::to_string(rng.Below(200)),
                     static_cast<int64_t>(rng.Below(50)), bits, static_cast<float>(n));
    }
    const Dataset dataset = builder.Build("x.csv");
    CheckConsistent(dataset);
    SavePrepared(folder.path() / "made.lerl", dataset, "stamp");
    return ReadFile(folder.path() / "made.lerl");
  };
  const std::string bytes = made(3000);
  for (const size_t rows : {1000UL, 64UL, 1UL}) EXPECT_TRUE(made(rows) == bytes) << rows;
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "rows"));
}

}  // namespace
}  // namespace lerl
