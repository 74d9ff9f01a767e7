#include "lerl/data/sources/kuairec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(KuaiRec, ReadsTheOfficialSchema) {
  const Dataset dataset = LoadKuaiRec("kuairec", SampleFolder() / "kuairec", {});
  CheckConsistent(dataset);
  EXPECT_THAT(dataset.behaviours, ElementsAre("long_view", "like"));
  EXPECT_EQ(dataset.num_interactions(), 6 * 12);
  EXPECT_EQ(dataset.suggested_split, "global_cut");
  for (size_t row = 0; row < dataset.items.size(); ++row) {
    EXPECT_EQ(dataset.responses[0][row], dataset.values[row] >= 1 ? 1 : 0);
    EXPECT_EQ(dataset.responses[1][row], dataset.values[row] >= 2 ? 1 : 0);
  }
  EXPECT_EQ(dataset.times_ms[0] % 1000, 438);  // fractions of a second are kept
}

TEST(KuaiRec, CategoriesAreNamedByTheirCaptionsAndBrokenCaptionRowsAreCounted) {
  const Dataset dataset = LoadKuaiRec("kuairec", SampleFolder() / "kuairec", {});
  EXPECT_THAT(CategoryNames(dataset, ItemOf(dataset, "1")),
              testing::UnorderedElementsAre("喜剧", "高新数码"));
  EXPECT_EQ(dataset.item_titles[At(ItemOf(dataset, "2"))],
            "invented caption 2, with a comma and a second line");
  EXPECT_EQ(DroppedFor(dataset, "caption"), 1);
}

TEST(KuaiRec, WithoutCaptionsCategoriesAreCalledByTheirIds) {
  TestFolder folder;
  folder.CopyFrom(SampleFolder() / "kuairec");
  std::filesystem::remove(folder.path() / "data/kuairec_caption_category.csv");
  const Dataset dataset = LoadKuaiRec("kuairec", folder.path(), {});
  EXPECT_THAT(CategoryNames(dataset, ItemOf(dataset, "1")), ElementsAre("9", "27"));
}

TEST(KuaiRec, TheSmallMatrixIsReadOnRequestWithoutItsRowsThatHaveNoTime) {
  DataOptions options;
  options.include_small = true;
  const Dataset dataset = LoadKuaiRec("kuairec", SampleFolder() / "kuairec", options);
  EXPECT_EQ(dataset.num_interactions(), 6 * 12 + 6 * 2);
  EXPECT_EQ(DroppedFor(dataset, "without a timestamp"), 6);
}

TEST(KuaiRec, ThresholdsAreSettings) {
  DataOptions options;
  options.long_view_ratio = 0;
  const Dataset dataset = LoadKuaiRec("kuairec", SampleFolder() / "kuairec", options);
  EXPECT_EQ(CountOf(dataset, 0), dataset.num_interactions());
}

TEST(KuaiRec, ACategoryThatIsNoIdIsAnError) {
  TestFolder folder;
  folder.CopyFrom(SampleFolder() / "kuairec");
  folder.Write("data/item_categories.csv", "video_id,feat\n0,[8]\n1,\"[27, x]\"\n");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { LoadKuaiRec("kuairec", folder.path(), {}); }),
              HasSubstr("item_categories.csv:3:3: feat is '[27, x]'"));
}

// The sample's files with another small matrix.
std::filesystem::path WithSmallMatrix(const TestFolder& folder, const std::string& rows) {
  folder.CopyFrom(SampleFolder() / "kuairec");
  folder.Write("data/small_matrix.csv", "user_id,video_id,timestamp,watch_ratio\n" + rows);
  return folder.path();
}

TEST(KuaiRecSmallMatrix, IsFullAndCutAtTheLimitWithItsIds) {
  TestFolder folder;
  const auto path = WithSmallMatrix(folder, "2,10,,0.5\n2,9,7,1\n0,9,7,7.5\n0,10,,0\n");
  const UserItemMatrix matrix = LoadKuaiRecSmallMatrix(path, {});
  EXPECT_THAT(matrix.user_ids, ElementsAre("0", "2"));
  EXPECT_THAT(matrix.item_ids, ElementsAre("9", "10"));
  EXPECT_THAT(matrix.values, ElementsAre(5, 0, 1, 0.5));
}

TEST(KuaiRecSmallMatrix, HolesAreAnErrorOr0) {
  TestFolder folder;
  const auto path = WithSmallMatrix(folder, "0,9,7,1\n0,10,7,2\n2,9,7,3\n3,10,7,4\n");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { LoadKuaiRecSmallMatrix(path, {}); }),
              HasSubstr("small_matrix.csv: the matrix has a hole: user 2 and video 10 (one of 2); "
                        "data.fill_holes = true"));
  DataOptions options;
  options.fill_holes = true;
  EXPECT_THAT(LoadKuaiRecSmallMatrix(path, options).values, ElementsAre(1, 2, 3, 0, 0, 4));
}

TEST(KuaiRecSmallMatrix, ACellThatIsThereTwiceOrNoNumberIsAnError) {
  for (const auto& [rows, message] :
       {std::pair{"0,9,7,1\n0,9,8,2\n", "user 0 and video 9 have two watch ratios"},
        std::pair{"0,9,7,1\n0,10,8,nan\n", "small_matrix.csv:3:8: watch_ratio is 'nan'"}}) {
    TestFolder folder;
    const auto path = WithSmallMatrix(folder, rows);
    EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { LoadKuaiRecSmallMatrix(path, {}); }),
                HasSubstr(message));
  }
}

}  // namespace
}  // namespace lerl
