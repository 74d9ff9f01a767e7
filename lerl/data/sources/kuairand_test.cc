#include "lerl/data/sources/kuairand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(KuaiRand, ReadsTheOfficialSchema) {
  const Dataset dataset = LoadKuaiRand("kuairand-pure", SampleFolder() / "kuairand-pure", {});
  CheckConsistent(dataset);
  EXPECT_THAT(dataset.behaviours,
              ElementsAre("click", "long_view", "like", "comment", "forward", "follow", "hate"));
  EXPECT_EQ(dataset.num_users(), 6);
  EXPECT_EQ(dataset.num_interactions(), 6 * 13);
  EXPECT_EQ(dataset.suggested_split, "global_cut");
  EXPECT_TRUE(dataset.values.empty());
  EXPECT_THAT(CategoryNames(dataset, ItemOf(dataset, "2")), ElementsAre("20", "43"));
  EXPECT_TRUE(dataset.CategoriesOf(ItemOf(dataset, "3")).empty());
  EXPECT_EQ(DroppedFor(dataset, "users of"), 1);
}

TEST(KuaiRand, RandomRowsAreReadOnRequest) {
  DataOptions options;
  options.include_random = true;
  const Dataset dataset = LoadKuaiRand("kuairand-pure", SampleFolder() / "kuairand-pure", options);
  EXPECT_EQ(dataset.num_interactions(), 6 * 15);
}

TEST(KuaiRand, ReadsThePartsOf27KInTheSubfolderData) {
  const Dataset dataset = LoadKuaiRand("kuairand-27k", SampleFolder() / "kuairand-27k", {});
  EXPECT_EQ(dataset.num_interactions(), 6 * 14);
}

// Click and like of one row, against the columns of the file.
TEST(KuaiRand, BehavioursFollowTheirColumns) {
  TestFolder folder;
  folder.CopyFrom(SampleFolder() / "kuairand-pure");
  const std::string header = ReadFile(folder.path() / "log_standard_4_22_to_5_08_pure.csv");
  const std::string first_line = header.substr(0, header.find('\n') + 1);
  folder.Write("log_standard_4_08_to_4_21_pure.csv",
               first_line + "7,1,20220410,900,1649347200000,1,0,1,0,0,1,0,1,1,0,0,0,0,1\n");
  folder.Write("log_standard_4_22_to_5_08_pure.csv",
               first_line + "7,2,20220425,900,1650556800000,0,1,0,1,1,0,1,1,1,0,0,0,0,1\n");
  const Dataset dataset = LoadKuaiRand("kuairand-pure", folder.path(), {});
  for (size_t f = 0; f < dataset.behaviours.size(); ++f) {
    const bool in_first = f == 0 || f == 5 || f == 6;  // click, follow, hate
    EXPECT_EQ(dataset.responses[f][0], in_first ? 1 : 0) << dataset.behaviours[f];
    EXPECT_EQ(dataset.responses[f][1], in_first ? 0 : 1) << dataset.behaviours[f];
  }
}

TEST(KuaiRand, AMissingColumnAnUnknownCategoryAndATruncatedLogAreErrors) {
  const auto error = [](const std::string& file, const std::string& from, const std::string& to) {
    TestFolder folder;
    folder.CopyFrom(SampleFolder() / "kuairand-pure");
    std::string text = ReadFile(folder.path() / file);
    const size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos);
    text.replace(place, from.size(), to);
    if (to.empty()) text.resize(place);
    folder.Write(file, text);
    return ErrorOf(ErrorKind::kData, [&] { LoadKuaiRand("kuairand-pure", folder.path(), {}); });
  };
  EXPECT_THAT(error("log_standard_4_08_to_4_21_pure.csv", "is_hate", "is_hated"),
              HasSubstr("column 'is_hate' is missing; did you mean 'is_hated'?"));
  EXPECT_THAT(error("video_features_basic_pure.csv", "\"20,43\"", "\"20,music\""),
              HasSubstr("tag is '20,music'; category ids separated by commas are expected"));
  EXPECT_THAT(error("log_standard_4_22_to_5_08_pure.csv", ",1650924000000", ""),
              HasSubstr("the file is cut off"));
}

// Published feature files; users and videos are given one row each so that the loader keeps them.
TEST(KuaiRand, TheRealFeatureFilesAreRead) {
  if (!RealData()) GTEST_SKIP() << "LERL_TEST_DATA is unset; it names the folder of real samples";
  const std::filesystem::path folder = *RealData() / "kuairand-sample";
  DatasetBuilder builder("kuairand-pure", {"click"}, false);
  for (int user = 0; user < 27'285; ++user)
    builder.AddRow(std::to_string(user), std::to_string(user % 7'583), user, 1);
  Dataset dataset = builder.Build("test");
  BadRows bad(0);
  ReadKuaiRandVideos(folder / "video_features_basic_pure.csv", builder, bad, dataset);
  ReadKuaiUserFeatures(folder / "user_features_pure.csv", builder, bad, dataset);
  CheckConsistent(dataset);
  EXPECT_TRUE(dataset.dropped.empty());
  EXPECT_THAT(CategoryNames(dataset, 0), ElementsAre("39"));
  const Feature& degree = dataset.user_features[0];
  EXPECT_EQ(degree.name, "user_active_degree");
  int64_t full = 0;
  for (const int32_t code : degree.codes) full += degree.values[At(code)] == "full_active" ? 1 : 0;
  EXPECT_EQ(full, 17'959);
}

}  // namespace
}  // namespace lerl
