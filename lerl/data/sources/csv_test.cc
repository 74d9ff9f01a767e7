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

// Two users, two items, one like; `extra` goes to the end of the description.
class CsvForms : public testing::Test {
 protected:
  Dataset Load(const std::string& file, const std::string& text, const std::string& extra = "") {
    folder_.Write(file, text);
    const auto toml = folder_.Write("log.toml", "file = \"" + file + "\"\n" + extra + R"(
behaviour = [{name = "like", column = "like", equals = "1"}])");
    return LoadCsv(toml, {});
  }
  std::string Message(const std::string& file, const std::string& text,
                      const std::string& extra = "") {
    return ErrorOf(ErrorKind::kData, [&] { Load(file, text, extra); });
  }
  static std::string Rows(const std::string& first, const std::string& second) {
    return "user,item,timestamp,like\na,x," + first + ",1\nb,y," + second + ",0\n";
  }
  TestFolder folder_;
};

TEST_F(CsvForms, BetweenTabsAQuoteIsText) {
  const std::string text =
      "user\titem\ttimestamp\tlike\ttitle\na\tx\t1600000000\t1\t\"Heroes\n"
      "b\ty\t1600000001\t0\t\"Helden\na\ty\t1600000002\t0\tEnd\"\n";
  const Dataset dataset = Load("log.tsv", text, "title = \"title\"");
  EXPECT_EQ(dataset.num_interactions(), 3);
  EXPECT_THAT(dataset.item_titles, ElementsAre("\"Heroes", "\"Helden"));
  EXPECT_THAT(Message("log.tsv", text, "title = \"title\"\nquotes = \"double\""),
              HasSubstr("log.tsv:2:18: the quoted field"));
}

TEST_F(CsvForms, TimesAreReadInTheirFormatAndMustBeLikely) {
  const auto first = [&](const std::string& a, const std::string& b, const std::string& unit) {
    return Load("log.csv", Rows(a, b), "time_unit = \"" + unit + "\"").times_ms.span()[0];
  };
  EXPECT_EQ(first("2020-10-12T14:00:00+02:00", "2020-10-13", "iso"), 1'602'504'000'000);
  EXPECT_EQ(first("20201012", "20201013", "yyyymmdd"), 1'602'460'800'000);
  EXPECT_EQ(first("44116", "44117", "sheet_days"), 1'602'460'800'000);
  EXPECT_THAT(
      Message("log.csv", Rows("20201012", "20201013")),
      testing::AllOf(HasSubstr("log.csv:2:5: timestamp is '20201012'; as s it is 1970-08-22"),
                     HasSubstr("time_unit = \"yyyymmdd\" would make it 2020-10-12")));
  EXPECT_THAT(Message("log.csv", Rows("1602504000", "1602504001"), "time_unit = \"ms\""),
              HasSubstr("time_unit = \"s\" would make it 2020-10-12"));
  EXPECT_THAT(Message("log.csv", Rows("1602504000000", "1602504000001")),
              HasSubstr("time_unit = \"ms\" would make it 2020-10-12"));
  EXPECT_THAT(Message("log.csv", Rows("yesterday", "today")), HasSubstr("it is no time in s"));
  EXPECT_EQ(Load("log.csv", Rows("12", "13"), "first_year = 1970").times_ms.span()[0], 12'000);
  const Dataset none = Load("log.csv", Rows("?", "?"), "time = \"none\"");
  EXPECT_THAT(none.times_ms.span(), ElementsAre(0, 1));
}

TEST_F(CsvForms, ABehaviourThatIsConstantIsRefusedWithTheValues) {
  const std::string text = "user,item,timestamp,like\na,x,1600000000,true\nb,y,1600000001,false\n";
  EXPECT_THAT(Message("log.csv", text),
              testing::AllOf(HasSubstr("log.csv: behaviour 'like' is shown in no row"),
                             HasSubstr("'false': 1, 'true': 1")));
  EXPECT_THAT(Load("log.csv", Rows("1600000000", "1600000001")).notes,
              ElementsAre(HasSubstr("like: 50% of 2 rows")));
}

TEST_F(CsvForms, ItemsAreMatchedByValueAndAFileOfOthersIsRefused) {
  const std::string log =
      "user,item,timestamp,like\na,3,1600000000,1\nb,4,1600000001,0\na,5,1600000002,0\n";
  const std::string items = "[items]\nfile = \"items.csv\"\ntitle = \"title\"\n";
  const auto load = [&](const std::string& text) {
    folder_.Write("items.csv", text);
    folder_.Write("log.csv", log);
    return LoadCsv(folder_.Write("log.toml",
                                 "file = \"log.csv\"\nbehaviour = [{name = \"like\", "
                                 "column = \"like\", equals = \"1\"}]\n" +
                                     items),
                   {});
  };
  const Dataset dataset = load("item,title\n3.0,Three\n 4 ,Four\n9,Nine\n");
  EXPECT_THAT(dataset.item_titles, ElementsAre("Three", "Four", ""));
  EXPECT_THAT(dataset.notes,
              testing::Contains("2 of 3 items of the log are in items.csv, which has 1 "
                                "others"));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { load("item,title\nB3,Three\nB4,Four\n5,Five\n"); }),
              testing::AllOf(HasSubstr("only 1 of 3 items"), HasSubstr("the file has 'B3', 'B4'")));
}

TEST_F(CsvForms, OtherEncodingsAndControlsBecomeCleanText) {
  std::string text =
      "user,item,timestamp,like,title\na,x,1600000000,1,Am\xE9lie\x1b[1m\n"
      "b,y,1600000001,0,B\x07\n";
  const Dataset dataset = Load("log.csv", text, "title = \"title\"");
  EXPECT_THAT(dataset.item_titles, ElementsAre("Amélie [1m", "B "));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { Load("log.csv", text, "encoding = \"utf-8\""); }),
              HasSubstr("log.csv:2: a byte there is not utf-8"));
}

TEST_F(CsvForms, SeveralFilesAreOneLogAlsoPackedAndAsPatterns) {
  folder_.Write("day_1.csv", Rows("1600000000", "1600000001"));
  folder_.Write("day_2.csv", "like,timestamp,item,user\n1,1600000002,z,a\n");
  const auto load = [&](const std::string& file) {
    return LoadCsv(folder_.Write("log.toml", "file = " + file + R"(
behaviour = [{name = "like", column = "like", equals = "1"}])"),
                   {});
  };
  const Dataset dataset = load("\"day_?.csv\"");
  CheckConsistent(dataset);
  EXPECT_THAT(dataset.item_ids, ElementsAre("x", "y", "z"));
  EXPECT_EQ(dataset.files.size(), 2U);
  EXPECT_EQ(Fingerprint(dataset), Fingerprint(load("[\"day_1.csv\", \"day_2.csv\"]")));
}

TEST_F(CsvForms, FilesWithoutAHeaderTakeTheNamesOfTheirColumns) {
  const std::string rows = "a,x,1600000000,1\nb,y,1600000001,0\n";
  const std::string named = "columns = [\"user\", \"item\", \"timestamp\", \"like\"]";
  EXPECT_EQ(Load("log.csv", rows, named).num_interactions(), 2);
  EXPECT_THAT(Message("log.csv", rows), HasSubstr("log.csv:1: column 'user' is missing"));
  EXPECT_THAT(
      Message("log.csv", rows, "columns = [\"user\", \"item\", \"timestamp\", \"like\", \"more\"]"),
      HasSubstr("4 fields where 5 are expected"));
}

TEST_F(CsvForms, UsersAndItemsHaveFeaturesInFilesOfTheirOwnAndInTheLog) {
  folder_.Write("users.csv", "id,age\na ,20\nb,30\nc,40\n");
  folder_.Write("items.csv", "item,kind,brand,size\nx,k,\"['p', 'q']\",L\ny,k|l,,S\n");
  const Dataset dataset = Load("log.csv",
                               "user,item,timestamp,like,town,shop\na,x,1600000000,1,here,1\n"
                               "b,y,1600000001,0,there,2\n",
                               R"(users = {file = "users.csv", user = "id", features = ["age"]}
user_features = ["town"]
item_features = ["shop"]
items = {file = "items.csv", categories = ["kind", "brand"], features = ["size"]})");
  CheckConsistent(dataset);
  EXPECT_EQ(dataset.user_features[0].name, "town");
  EXPECT_EQ(dataset.user_features[1].values[At(dataset.user_features[1].codes[1])], "30");
  EXPECT_EQ(dataset.item_features[0].name, "shop");
  EXPECT_EQ(dataset.item_features[1].values[At(dataset.item_features[1].codes[0])], "L");
  EXPECT_THAT(CategoryNames(dataset, 0), ElementsAre("k", "p", "q"));
  EXPECT_THAT(CategoryNames(dataset, 1), ElementsAre("k", "l"));
  EXPECT_THAT(dataset.notes, testing::Contains(HasSubstr("2 of 2 users of the log are in")));
  EXPECT_THAT(Message("log.csv", Rows("1600000000", "1600000001"),
                      "users = {file = \"items.csv\", user = \"item\"}"),
              HasSubstr("Set users.least_match lower"));
}

TEST_F(CsvForms, EventsOfAUserWithAnItemAreOneInteractionWithTheirBehaviours) {
  const std::string text =
      "user,item,timestamp,like,type\na,x,1600000000,1,view\na,x,1600000060,1,buy\n"
      "b,x,1600000000,0,view\n";
  const auto load = [&](const std::string& extra) {
    folder_.Write("log.csv", text);
    return LoadCsv(folder_.Write("log.toml", "file = \"log.csv\"\nevent = \"type\"\n" + extra), {});
  };
  const Dataset dataset = load("[[behaviour]]\nname = \"buy\"\nequals = \"buy\"\n");
  EXPECT_THAT(dataset.responses[0].span(), ElementsAre(1, 0));
  EXPECT_THAT(dataset.notes, testing::Contains("3 events are 2 interactions"));
  EXPECT_THAT(ErrorOf(ErrorKind::kData,
                      [&] { load("[[behaviour]]\nname = \"view\"\nequals = \"view\"\n"); }),
              HasSubstr("behaviour 'view' is shown in each of the 2 interactions"));
}

TEST_F(CsvForms, PricesAreTheMedianOfTheRowsOrTheLastOne) {
  const std::string text =
      "user,item,timestamp,like,cost\na,x,1600000000,1,10\na,x,1600000100,0,30\n"
      "b,x,1600000090,0,20\nb,y,1600000001,0,\nc,z,1600000001,0,4.5\n";
  Dataset dataset = Load("log.csv", text, "price = \"cost\"");
  CheckConsistent(dataset);
  EXPECT_THAT(dataset.prices.span(), ElementsAre(20, 0, 4.5));
  EXPECT_THAT(dataset.values.span(), ElementsAre());
  dataset = Load("log.csv", text, "price = \"cost\"\nprice_of = \"last\"");
  EXPECT_THAT(dataset.prices.span(), ElementsAre(30, 0, 4.5));
  EXPECT_THAT(Load("log.csv", text).prices.span(), ElementsAre());
  folder_.Write("items.csv", "item,cost\nx,7\ny,8\nz,\n");
  dataset =
      Load("log.csv", text, "price = \"cost\"\nitems = {file = \"items.csv\", price = \"cost\"}");
  EXPECT_THAT(dataset.prices.span(), ElementsAre(7, 8, 4.5));
}

TEST_F(CsvForms, APriceThatIsNoNumberAboveZeroMakesAWrongRow) {
  for (const char* wrong : {"0", "-3", "nan", "inf", "1e300", "1e-300", "cheap"})
    EXPECT_THAT(Message("log.csv",
                        "user,item,timestamp,like,cost\na,x,1600000000,1,2\nb,y,1600000001,0," +
                            std::string(wrong) + "\n",
                        "price = \"cost\""),
                testing::AllOf(HasSubstr("log.csv:3:18: cost is '" + std::string(wrong) + "'"),
                               HasSubstr("is expected")));
  EXPECT_THAT(
      Message("log.csv", "user,item,timestamp,like,cost\na,x,1600000000,1,\nb,y,1600000001,0,\n",
              "price = \"cost\""),
      HasSubstr("log.csv: no item has a price"));
  folder_.Write("log.csv",
                "user,item,timestamp,like,cost\na,x,1600000000,1,2\nb,x,1600000001,0,0\n"
                "b,x,1600000002,0,4\nb,x,1600000003,0,5\n");
  const auto toml = folder_.Write("log.toml", R"(file = "log.csv"
price = "cost"
behaviour = [{name = "like", column = "like", equals = "1"}])");
  const Dataset dataset = LoadCsv(toml, {.max_bad_share = 0.5});
  EXPECT_EQ(DroppedFor(dataset, "rows with wrong fields"), 1);
  EXPECT_EQ(dataset.num_interactions(), 3);
  EXPECT_THAT(dataset.prices.span(), ElementsAre(4));
}

TEST_F(CsvForms, RepeatedRowsAreCountedWithAWarning) {
  const std::string text = "user,item,timestamp,like\na,x,1600000000,1\na,x,1600000000,0\n";
  testing::internal::CaptureStderr();
  const Dataset dataset = Load("log.csv", text);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("1 of 2 rows repeat the user, item and time of another; for a log of "
                        "events set event"));
  EXPECT_EQ(dataset.num_interactions(), 2);
}

TEST_F(CsvForms, IdsThatNobodyMeantAreAWarningAndANote) {
  const std::string text =
      "user,item,timestamp,like\nnan,x,1600000000,1\n3,x,1600000000,0\n3.0,y,1600000000,0\n";
  testing::internal::CaptureStderr();
  const Dataset dataset = Load("log.csv", text);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("users whose id says that there is none: 1 ('nan'); mend the file"));
  EXPECT_THAT(dataset.notes,
              testing::Contains(HasSubstr("users that are one number in two texts")));
}

TEST_F(CsvForms, ItemsThatRepeatInTheirFileAreCounted) {
  folder_.Write("items.csv", "item,title\nx,A\nx,B\ny,C\n");
  const Dataset dataset = Load("log.csv", Rows("1600000000", "1600000001"),
                               "items = {file = \"items.csv\", title = \"title\"}");
  EXPECT_THAT(dataset.notes, testing::Contains(HasSubstr("1 rows of items.csv repeat an id")));
}

TEST_F(CsvForms, ALogOfWhatWasTakenAloneIsRefusedOrCompletedByRowsThatAreDrawn) {
  const std::string text =
      "user,item,timestamp,like\na,x,1600000000,1\na,y,1600000001,1\nb,z,1600000002,1\n";
  EXPECT_THAT(Message("log.csv", text), HasSubstr("or negatives = 4, which draws items"));
  const Dataset dataset = Load("log.csv", text, "negatives = 2");
  CheckConsistent(dataset);
  EXPECT_EQ(dataset.num_interactions(), 7);
  EXPECT_EQ(CountOf(dataset, 0), 3);
  EXPECT_THAT(dataset.notes, testing::Contains(HasSubstr("4 of 7 rows are drawn (negatives = 2)")));
}

TEST_F(CsvForms, TheLogIsReadOnceAndWarnedOfOnce) {
  testing::internal::CaptureStderr();
  Load("log.csv",
       "user,item,timestamp,like,title\na,x,1600000000,1,Am\xE9lie\nb,y,1600000001,0,B\n",
       "title = \"title\"");
  const std::string warnings = testing::internal::GetCapturedStderr();
  EXPECT_EQ(warnings.find("not UTF-8"), warnings.rfind("not UTF-8"));
  EXPECT_NE(warnings.find("not UTF-8"), std::string::npos);
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
