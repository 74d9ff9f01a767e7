#include "lerl/data/sources/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/file.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Csv, FiveColumnsLoadThroughTenLinesOfToml) {
  const std::string toml = ReadFile(SampleFolder() / "shop/shop.toml");
  EXPECT_EQ(std::count(toml.begin(), toml.end(), '\n'), 10);
  const Dataset dataset = LoadCsv(SampleFolder() / "shop/shop.toml", {});
  CheckConsistent(dataset);
  EXPECT_EQ(dataset.name, "shop");
  EXPECT_EQ(dataset.num_users(), 6);
  EXPECT_EQ(dataset.num_interactions(), 60);
  EXPECT_EQ(dataset.suggested_split, "user_order");
  EXPECT_THAT(dataset.categories, testing::Contains("Drama"));
}

TEST(Csv, BehavioursByEqualityValuesTitlesAndItemsOfAFileOfTheirOwn) {
  TestFolder folder;
  folder.Write("log.tsv", "u\ti\twhen\tlabel\n1\t7\t1649581149287\t1\n1\t8\t1649581149288\t0\n");
  folder.Write("items.csv", "i,name,kind\n7,\"Seven, the film\",a;b\n9,Nine,a\n");
  const auto toml = folder.Write("x.toml", R"(file = "log.tsv"
user = "u"
item = "i"
time = "when"
time_unit = "ms"
value = "label"
category_separator = ";"
behaviour = [{name = "like", column = "label", equals = "1"},
             {name = "hate", column = "label", equals = "0"}]
[items]
file = "items.csv"
title = "name"
categories = "kind"
)");
  const Dataset dataset = LoadCsv(toml, {});
  EXPECT_EQ(dataset.name, "x");
  EXPECT_THAT(dataset.times_ms.span(), ElementsAre(1649581149287, 1649581149288));
  EXPECT_THAT(dataset.responses[0].span(), ElementsAre(1, 0));
  EXPECT_THAT(dataset.responses[1].span(), ElementsAre(0, 1));
  EXPECT_THAT(dataset.item_titles, ElementsAre("Seven, the film", ""));
  EXPECT_THAT(CategoryNames(dataset, 0), ElementsAre("a", "b"));
  EXPECT_EQ(DroppedFor(dataset, "items.csv"), 1);
}

class BadDescription : public testing::Test {
 protected:
  std::string Load(ErrorKind kind, const std::string& from, const std::string& to) {
    std::string text = ReadFile(SampleFolder() / "shop/shop.toml");
    text.replace(text.find(from), from.size(), to);
    folder_.Write("shop.csv", ReadFile(SampleFolder() / "shop/shop.csv"));
    const auto toml = folder_.Write("shop.toml", text);
    return ErrorOf(kind, [&] { LoadCsv(toml, {}); });
  }
  TestFolder folder_;
};

TEST_F(BadDescription, AnUnknownSettingNamesTheNearest) {
  EXPECT_THAT(Load(ErrorKind::kConfig, "categories =", "categoris ="),
              HasSubstr("did you mean categories?"));
}

TEST_F(BadDescription, AColumnThatTheFileLacksIsNamed) {
  EXPECT_THAT(Load(ErrorKind::kData, "\"timestamp\"", "\"time\""),
              HasSubstr("shop.csv:1: column 'time' is missing"));
}

TEST_F(BadDescription, ABehaviourNeedsOneCondition) {
  EXPECT_THAT(Load(ErrorKind::kConfig, "at_least = 4", "at_least = 4\nequals = \"4\""),
              HasSubstr("needs either at_least"));
  EXPECT_THAT(Load(ErrorKind::kConfig, "at_least = 4", ""), HasSubstr("needs either at_least"));
}

TEST_F(BadDescription, ACategoryOutsideTheKnownOnesIsNamedWithItsPlace) {
  EXPECT_THAT(Load(ErrorKind::kData,
                   "split =", "known_categories = [\"Action\", \"Comedy\", \"Drama\"]\nsplit ="),
              testing::AllOf(HasSubstr("shop.csv:"), HasSubstr("is not in known_categories")));
}

TEST_F(BadDescription, AMissingFileIsNamed) {
  EXPECT_THAT(Load(ErrorKind::kData, "\"shop.csv\"", "\"ship.csv\""), HasSubstr("ship.csv"));
}

TEST(Csv, TheRealLogSampleOf27KLoads) {
  if (!RealData()) GTEST_SKIP() << "LERL_TEST_DATA is unset; it names the folder of real samples";
  TestFolder folder;
  const auto log = std::filesystem::absolute(*RealData() / "kuairand-sample/log_sample_27k.csv");
  const auto toml = folder.Write("sample.toml", "file = \"" + log.string() + R"("
separator = "\t"
user = "user_id"
item = "video_id"
time = "time_ms"
time_unit = "ms"
behaviour = [{name = "like", column = "label", equals = "1"},
             {name = "hate", column = "label", equals = "0"},
             {name = "click", column = "is_click", equals = "1"}]
)");
  const Dataset dataset = LoadCsv(toml, {});
  CheckConsistent(dataset);
  EXPECT_EQ(dataset.num_interactions(), 41'828);
  EXPECT_EQ(dataset.num_users(), 664);
  EXPECT_EQ(dataset.num_items(), 9'359);
  EXPECT_EQ(CountOf(dataset, 0), 33'745);
  EXPECT_EQ(CountOf(dataset, 1), 8'083);
}

}  // namespace
}  // namespace lerl
