#include "lerl/data/info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/data/builder.h"
#include "lerl/data/registry.h"
#include "lerl/data/sources/synthetic.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Info, CountsWhatAHandCountFinds) {
  DatasetBuilder builder("tiny", {"like"}, false);
  builder.AddRow("a", "x", 0, 1);
  builder.AddRow("a", "y", 86'400'000, 0);
  builder.AddRow("b", "x", 1000, 1);
  Dataset dataset = builder.Build("test");
  CategoryLists lists(2);
  lists.Add(0, "Drama");
  lists.Store(dataset);
  AddDropped(dataset, "rows with wrong fields", 5);
  dataset.files = {{"log.csv", 1'009, 1, 2, 1'003}, {"items.csv", 3, 0, 0, 3}};
  dataset.notes = {"like: 5% of 3 rows"};
  const DatasetInfo info = Describe(dataset, {.min_past = 1});
  EXPECT_EQ(info.users, 2);
  EXPECT_DOUBLE_EQ(info.sparsity, .25);
  EXPECT_DOUBLE_EQ(info.behaviours[0].rate, 2. / 3);
  EXPECT_THAT(info.rows_per_user, ElementsAre(1, 1, 1, 1, 2, 2, 2));
  EXPECT_EQ(info.items_without_category, 1);
  EXPECT_EQ(info.category_counts[0].rows, 2);
  const std::string text = InfoText(info);
  EXPECT_THAT(text, HasSubstr("1970-01-02 00:00:00 UTC"));
  EXPECT_THAT(text, HasSubstr("66.67%"));
  EXPECT_THAT(text, HasSubstr("5  rows with wrong fields"));
  EXPECT_THAT(text, HasSubstr("read\n"
                              "  log.csv: 1,009 lines, 1,003 records, 1 header, 2 blank, 3 inside "
                              "quoted fields\n"
                              "  items.csv: 3 lines, 3 records\n"
                              "  like: 5% of 3 rows\nbehaviours\n"));
  EXPECT_EQ(InfoJson(info)["files"][0]["blank"], 2);
  EXPECT_THAT(text, HasSubstr("split: none; tiny: only one user has 1 rows"));
}

TEST(Info, TheSplitAddsUpToTheRowsAndUsers) {
  const Dataset dataset = MakeSyntheticDataset({});
  const DatasetInfo info = Describe(dataset, {});
  EXPECT_EQ(info.split.train_rows + info.split.valid_rows + info.split.test_rows, info.rows);
  EXPECT_EQ(info.split.playable_users + info.split.unplayed_users, info.users);
  EXPECT_THAT(InfoText(info), HasSubstr("split (user_order)"));
}

TEST(Info, JsonHoldsTheSameFigures) {
  const DatasetInfo info = Describe(MakeSyntheticDataset({}), {});
  const nlohmann::json json = InfoJson(info);
  EXPECT_EQ(json["users"], 60);
  EXPECT_EQ(json["interactions"], 60 * 40);
  EXPECT_EQ(json["categories"].size(), 8u);
  EXPECT_EQ(json["split"]["test_users"], 12);
  EXPECT_TRUE(json["rows_per_user"].contains("50%"));
}

TEST(Info, ShowsTheLargestCategoriesAndSaysHowManyMoreThereAre) {
  const DatasetInfo info = Describe(MakeSyntheticDataset({}), {});
  EXPECT_THAT(InfoText(info, 3), HasSubstr("and 5 more"));
  EXPECT_THAT(InfoText(info, 0), testing::Not(HasSubstr("more (")));
}

TEST(Info, ShowsHowManyItemsHaveAPriceAndTheirRange) {
  Dataset dataset = MakeSyntheticDataset({.items = 4});
  EXPECT_FALSE(InfoJson(Describe(dataset, {})).contains("prices"));
  dataset.prices = std::vector<float>{2, 0, 4.5, 2.5};
  const DatasetInfo info = Describe(dataset, {});
  EXPECT_THAT(InfoText(info),
              HasSubstr("prices (3 of 4 items have one; the others count as the mean of their "
                        "categories)\n  range           min 2  mean 3  max 4.5\n"));
  EXPECT_EQ(InfoJson(info)["prices"],
            nlohmann::json({{"items", 3}, {"lowest", 2.0}, {"mean", 3.0}, {"highest", 4.5}}));
  dataset.prices = std::vector<float>{2, 1, 4.5, 2.5};
  EXPECT_THAT(InfoText(Describe(dataset, {})), HasSubstr("prices (4 of 4 items have one)\n"));
}

TEST(Info, DescribesAFullMatrix) {
  DatasetInfo info = Describe(LoadDataset("coat-like"), {});
  EXPECT_THAT(InfoText(info), testing::Not(HasSubstr("full matrix")));
  info.matrix = DescribeMatrix(LoadDataMatrix("coat-like"));
  EXPECT_EQ(info.matrix->lowest, 1);
  EXPECT_NEAR(info.matrix->mean, 194335.0 / 87000, 1e-9);
  EXPECT_EQ(info.matrix->distances.front(), 0);
  EXPECT_THAT(InfoText(info), HasSubstr("min 1  mean 2.234  max 5"));
  const nlohmann::json json = InfoJson(info);
  EXPECT_EQ(json["matrix"]["columns"], 300);
  EXPECT_EQ(json["matrix"]["distances"]["max"], info.matrix->distances.back());
}

TEST(Info, OfALogWithoutTimesNamesTheOrderOfTheFileAndNoYear) {
  DatasetBuilder builder("tiny", {"like"}, false);
  builder.AddRow("a", "x", 0, 1);
  builder.AddRow("a", "y", 1, 0);
  Dataset dataset = builder.Build("test");
  dataset.notes = {kNoTimes};
  const DatasetInfo info = Describe(dataset, {.min_past = 1});
  EXPECT_THAT(InfoText(info), testing::Not(HasSubstr("1970")));
  EXPECT_THAT(InfoText(info), HasSubstr("no times: rows are in the order of the file"));
  EXPECT_TRUE(InfoJson(info)["first"].is_null());
}

}  // namespace
}  // namespace lerl
