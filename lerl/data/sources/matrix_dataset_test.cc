#include "lerl/data/sources/matrix_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/data/registry.h"
#include "lerl/data/split.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kMatrix[] = "1 2 3 4\n5 4 3 2\n1 5 1 5\n";

class MatrixDataset : public testing::Test {
 protected:
  // A folder with the matrix and a description that ends with `more`.
  std::filesystem::path Describe(const std::string& more) {
    folder_.Write("m.txt", kMatrix);
    return folder_.Write("coat.toml", "matrix = \"m.txt\"\n" + more);
  }
  std::string Fault(ErrorKind kind, const std::string& more) {
    const auto toml = Describe(more);
    return ErrorOf(kind, [&] { LoadMatrixDataset(toml, {}); });
  }
  TestFolder folder_;
  ScopedVariable cache_{"LERL_CACHE_DIR", (folder_.path() / "cache").string()};
};

TEST_F(MatrixDataset, HasAllUsersAndItemsAndTheDrawnCellsAsItsLog) {
  const Dataset dataset = LoadMatrixDataset(Describe("log_share = 0.5\n"), {});
  CheckConsistent(dataset);
  EXPECT_EQ(dataset.name, "coat");
  EXPECT_THAT(dataset.user_ids, ElementsAre("0", "1", "2"));
  EXPECT_THAT(dataset.item_ids, ElementsAre("0", "1", "2", "3"));
  EXPECT_THAT(dataset.user_offsets.span(), ElementsAre(0, 2, 4, 6));
  const UserItemMatrix matrix = LoadDescribedMatrix(folder_.path() / "coat.toml");
  for (int64_t user = 0; user < 3; ++user) {
    for (auto row = static_cast<size_t>(dataset.RowsBegin(user));
         row < static_cast<size_t>(dataset.RowsEnd(user)); ++row) {
      EXPECT_EQ(dataset.values[row], matrix.At(user, dataset.items[row]));
      EXPECT_EQ(dataset.responses[0][row], dataset.values[row] >= 4 ? 1 : 0);
    }
  }
}

TEST_F(MatrixDataset, IsTheSameEachTimeAndOtherForAnotherSeed) {
  const auto print = [&](const std::string& more) {
    return Fingerprint(LoadMatrixDataset(Describe(more), {}));
  };
  EXPECT_EQ(print("log_share = 0.5\n"), print("log_share = 0.5\n"));
  EXPECT_NE(print("log_share = 0.5\n"), print("log_share = 0.5\nseed = 2\n"));
  EXPECT_NE(print("log_share = 0.5\n"), print("log_share = 0.5\nlike_at_least = 3\n"));
}

TEST_F(MatrixDataset, TakesAGivenLogWithItsOwnValues) {
  folder_.Write("log.csv", "0,0,5,0\n0,4,0,1\n2,0,0,0\n");
  const Dataset dataset = LoadMatrixDataset(Describe("log = \"log.csv\"\nname = \"c\"\n"), {});
  EXPECT_EQ(dataset.name, "c");
  EXPECT_THAT(dataset.user_offsets.span(), ElementsAre(0, 1, 3, 4));
  EXPECT_EQ(dataset.items[0], 2);
  EXPECT_EQ(dataset.values[0], 5);
  EXPECT_EQ(dataset.responses[0][0], 1);
  EXPECT_EQ(dataset.values[3], 2);
}

TEST_F(MatrixDataset, ReadsCategoriesAndTitlesOfItsItems) {
  folder_.Write("items.csv", "item,name,kind\n0,Zero,a|b\n3,Three,b\n4,Four,c\nx,Ex,c\n-1,Y,c\n");
  const auto toml = Describe(
      "log_share = 0.5\n[items]\nfile = \"items.csv\"\ntitle = \"name\"\ncategories = \"kind\"\n");
  const Dataset dataset = LoadMatrixDataset(toml, {});
  CheckConsistent(dataset);
  EXPECT_THAT(CategoryNames(dataset, 0), ElementsAre("a", "b"));
  EXPECT_THAT(CategoryNames(dataset, 1), ElementsAre());
  EXPECT_EQ(dataset.item_titles[3], "Three");
  EXPECT_EQ(DroppedFor(dataset, "items.csv"), 3);
  EXPECT_THAT(MatrixFiles(toml),
              ElementsAre(toml, folder_.path() / "m.txt", folder_.path() / "items.csv"));
}

TEST_F(MatrixDataset, LoadsThroughTheRegistryWithItsMatrix) {
  const std::string toml = Describe("log_share = 0.5\n").string();
  EXPECT_TRUE(HasDataMatrix(toml));
  EXPECT_EQ(LoadDataset(toml).num_interactions(), 6);
  EXPECT_EQ(LoadDataMatrix(toml).values[4], 5);
  folder_.Write("m.txt", "1 2 3\n4 5 6\n1 1 1\n");  // a changed file is read anew
  EXPECT_EQ(LoadDataset(toml).num_items(), 3);
}

TEST_F(MatrixDataset, WithAWrongDescriptionOrLogIsAnErrorInOneLine) {
  EXPECT_THAT(Fault(ErrorKind::kConfig, "log_shar = 1\n"),
              HasSubstr("log_shar is not a known setting; did you mean log_share?"));
  EXPECT_THAT(Fault(ErrorKind::kConfig, "log_share = 2\n"), HasSubstr("log_share = 2 is out of"));
  EXPECT_THAT(Fault(ErrorKind::kData, "log = \"absent.csv\"\n"), HasSubstr("absent.csv"));
  folder_.Write("log.csv", "1,2\n3,4\n");
  EXPECT_THAT(Fault(ErrorKind::kData, "log = \"log.csv\"\n"),
              HasSubstr("log.csv: 2 x 2 cells where"));
}

TEST(DrawLog, TakesTheShareOfEachRow) {
  const std::vector<uint8_t> logged = DrawLog(50, 20, 0.2, 1);
  std::vector<int> of_item(20);
  for (size_t row = 0; row < 50; ++row) {
    int own = 0;
    for (size_t item = 0; item < 20; ++item) {
      own += logged[row * 20 + item];
      of_item[item] += logged[row * 20 + item];
    }
    EXPECT_EQ(own, 4);
  }
  EXPECT_THAT(of_item, testing::Each(testing::Gt(0)));
}

}  // namespace
}  // namespace lerl
