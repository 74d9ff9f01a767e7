#include "lerl/sim/matrix/matrix_truth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/data/registry.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/env_config.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/given_responses.h"

namespace lerl {
namespace {

using testing::HasSubstr;

// One user u0 and items i0, i1, i2.
Dataset ThreeItems() { return HandMadeDataset({{0}, {0}, {1}}, 2); }

UserItemMatrix Values(int64_t rows, int64_t columns, std::vector<float> values) {
  return {.source = "m.csv",
          .rows = rows,
          .columns = columns,
          .values = std::move(values),
          .user_ids = {},
          .item_ids = {}};
}

std::string Fault(UserItemMatrix matrix, const Dataset& dataset) {
  return ErrorOf(ErrorKind::kData, [&] { const MatrixTruth truth(std::move(matrix), dataset); });
}

TEST(MatrixTruth, WithoutIdsIsInTheOrderOfTheDataSet) {
  const MatrixTruth truth(Values(1, 3, {4, -1, 2}), ThreeItems());
  EXPECT_TRUE(truth.HasUser(0));
  EXPECT_TRUE(truth.HasItem(2));
  EXPECT_EQ(truth.Value(0, 1), -1);
  EXPECT_EQ(truth.lowest(), -1);
  EXPECT_EQ(truth.highest(), 4);
}

TEST(MatrixTruth, WithIdsFindsThem) {
  UserItemMatrix matrix = Values(1, 2, {7, 8});
  matrix.user_ids = {"u0"};
  matrix.item_ids = {"i2", "i0"};
  const MatrixTruth truth(matrix, ThreeItems());
  EXPECT_EQ(truth.Value(0, 0), 8);
  EXPECT_EQ(truth.Value(0, 2), 7);
  EXPECT_FALSE(truth.HasItem(1));
}

TEST(MatrixTruth, OfUsersOrItemsThatTheDataSetDoesNotKnowIsAnError) {
  EXPECT_THAT(Fault(Values(2, 3, {1, 2, 3, 4, 5, 6}), ThreeItems()),
              HasSubstr("m.csv: 2 rows where hand-made has 1 users; row 2 is of an unknown user"));
  EXPECT_THAT(
      Fault(Values(1, 4, {1, 2, 3, 4}), ThreeItems()),
      HasSubstr("m.csv: 4 columns where hand-made has 3 items; column 4 is of an unknown item"));
  EXPECT_THAT(Fault(Values(1, 2, {1, 2}), ThreeItems()),
              HasSubstr("m.csv: 2 columns where hand-made has 3 items; a value for each"));
  UserItemMatrix matrix = Values(1, 1, {1});
  matrix.user_ids = {"u7"};
  matrix.item_ids = {"i0"};
  EXPECT_THAT(Fault(matrix, ThreeItems()), HasSubstr("m.csv: user u7 is not in the data set"));
  matrix.user_ids = {"u0"};
  matrix.item_ids = {"i9"};
  EXPECT_THAT(Fault(matrix, ThreeItems()), HasSubstr("m.csv: item i9 is not in the data set"));
}

TEST(MatrixTruth, GivesDistancesBetweenItemsFromTheTableAndFromTheColumnsAlike) {
  const int64_t many = MatrixTruth::kLargestTable + 1;
  std::vector<float> values;
  for (int64_t cell = 0; cell < 2 * many; ++cell)
    values.push_back(static_cast<float>(cell * 7919 % 101));
  const std::vector<std::vector<int32_t>> categories(static_cast<size_t>(many));
  Dataset large = HandMadeDataset(categories, 1), small = ThreeItems();
  for (Dataset* data : {&large, &small}) data->user_ids = {"u0", "u1"};
  const MatrixTruth by_columns(Values(2, many, values), large);
  const auto second_row = values.begin() + many;
  std::vector<float> first(values.begin(), values.begin() + 3);
  first.insert(first.end(), second_row, second_row + 3);
  const MatrixTruth by_table(Values(2, 3, first), small);
  by_columns.PrepareDistances();
  by_table.PrepareDistances();
  by_table.PrepareDistances();
  for (int32_t a = 0; a < 3; ++a)
    for (int32_t b = 0; b < 3; ++b)
      EXPECT_FLOAT_EQ(by_columns.Distance(a, b), by_table.Distance(a, b));
  EXPECT_EQ(by_table.Distance(1, 1), 0);
}

TEST(LoadMatrixTruth, FitsTheResponsesOrTheValues) {
  const Dataset dataset = MakeSyntheticDataset({});
  MatrixConfig config;
  config.source = "fitted";
  const auto responses = LoadMatrixTruth(config, "", {}, dataset);
  EXPECT_GT(responses->lowest(), 0);
  EXPECT_LT(responses->highest(), 1);
  config.target = "value";
  const auto values = LoadMatrixTruth(config, "", {}, dataset);
  EXPECT_GE(values->lowest(), 1);
  EXPECT_LE(values->highest(), 5);
  double liked = 0, disliked = 0;
  int64_t likes = 0;
  for (int32_t user = 0; user < dataset.num_users(); ++user) {
    for (auto row = static_cast<size_t>(dataset.RowsBegin(user));
         row < static_cast<size_t>(dataset.RowsEnd(user)); ++row) {
      const bool like = dataset.responses[0][row] != 0;
      (like ? liked : disliked) += static_cast<double>(responses->Value(user, dataset.items[row]));
      likes += like;
    }
  }
  const auto rows = static_cast<double>(dataset.num_interactions());
  EXPECT_GT(liked / static_cast<double>(likes),
            disliked / (rows - static_cast<double>(likes)) + 0.2);
}

TEST(LoadMatrixTruth, ReadsTheFileOrTheDataSetsOwn) {
  const TestFolder folder;
  MatrixConfig config;
  config.source = "file";
  config.file = folder.Write("m.csv", "1,2,3\n").string();
  EXPECT_EQ(LoadMatrixTruth(config, "", {}, ThreeItems())->Value(0, 2), 3);
  config.source = "data";
  const Dataset coat = LoadDataset("coat-like");
  EXPECT_EQ(LoadMatrixTruth(config, "coat-like", {}, coat)->highest(), 5);
}

TEST(LoadMatrixTruth, SaysWhatIsMissing) {
  MatrixConfig config;
  const Dataset dataset = ThreeItems();
  const auto fault = [&] {
    return ErrorOf(ErrorKind::kConfig, [&] { LoadMatrixTruth(config, "ml-100k", {}, dataset); });
  };
  EXPECT_THAT(fault(), HasSubstr("ml-100k has no full matrix; set env.matrix.source"));
  config.source = "file";
  EXPECT_THAT(fault(), HasSubstr("env.matrix.file is missing"));
  config.source = "fitted";
  config.target = "value";
  EXPECT_THAT(fault(), HasSubstr("env.matrix.target: hand-made has no values"));
}

}  // namespace
}  // namespace lerl
