#include "lerl/data/sources/csv_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kLike =
    "\n[[behaviour]]\nname = \"like\"\ncolumn = \"like\"\nequals = \"1\"\n";

CsvDescription Described(const std::string& toml, const std::string& behaviour = kLike) {
  return ParseCsvDescription(toml + behaviour, "log.toml", ".");
}

std::string Refusal(const std::string& toml, const std::string& behaviour = kLike) {
  return ErrorOf(ErrorKind::kConfig, [&] { Described(toml, behaviour); });
}

TEST(CsvConfig, OneNameIsAListOfOne) {
  const CsvConfig config = Described("file = \"a.csv\"\ncategories = [\"kind\", \"brand\"]").config;
  EXPECT_THAT(config.file, ElementsAre("a.csv"));
  EXPECT_THAT(config.categories, ElementsAre("kind", "brand"));
  EXPECT_THAT(config.user, ElementsAre("user"));
}

TEST(CsvConfig, RefusesWhatCanNotBeMeantWithWhatToDo) {
  EXPECT_THAT(Refusal(""), HasSubstr("log.toml: file is missing; write file ="));
  EXPECT_THAT(Refusal("file = \"\""), HasSubstr("file has an empty name"));
  EXPECT_THAT(Refusal("file = \"a.csv\"\nuser = []"), HasSubstr("user is empty"));
  EXPECT_THAT(Refusal("file = \"a.csv\"\ntime_format = \"%d.%m.%Y %Z\""),
              HasSubstr("%Z, the name of a zone, is not read; %z reads +02:00"));
  EXPECT_THAT(Refusal("file = \"a.csv\"\ntime_format = \"DD.MM.YYYY\""),
              HasSubstr("it has no conversion such as %Y"));
  EXPECT_THAT(Refusal("file = \"a.csv\"\ntime = \"none\"\nevent = \"type\""),
              HasSubstr("set event_minutes = 0"));
  EXPECT_THAT(Refusal("file = \"a.csv\"", "\n[[behaviour]]\nname = \"x\"\nevery_row = true"),
              HasSubstr("set negatives = 4"));
  EXPECT_THAT(Refusal("file = \"a.csv\"", ""), HasSubstr("1 to 32 behaviours are needed"));
}

TEST(CsvConfig, ABehaviourWithoutAColumnIsOneOfTheEvents) {
  const CsvDescription description =
      Described("file = \"a.csv\"\nevent = \"type\"",
                "\n[[behaviour]]\nname = \"buy\"\nequals = \"purchase\"");
  EXPECT_EQ(description.behaviours[0].column, "type");
}

TEST(CsvConfig, FilesMayBeSeveralAndPatternsInTheOrderOfNames) {
  TestFolder folder;
  for (const char* name : {"log_2.csv", "log_1.csv", "more.csv"}) folder.Write(name, "x\n");
  const auto files = [&](const std::string& value) {
    const CsvDescription description =
        ParseCsvDescription("file = " + value + kLike, "log.toml", folder.path());
    std::vector<std::string> names;
    for (const auto& path : LogFiles(description)) names.push_back(path.filename().string());
    return names;
  };
  EXPECT_THAT(files("[\"more.csv\", \"log_*.csv\"]"),
              ElementsAre("more.csv", "log_1.csv", "log_2.csv"));
  EXPECT_THAT(files("\"log_[2].csv\""), ElementsAre("log_2.csv"));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { files("\"day_*.csv\""); }),
              HasSubstr("day_*.csv: no file fits this pattern"));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { files("[\"log_1.csv\", \"log_*.csv\"]"); }),
              HasSubstr("log_1.csv: file names it twice"));
}

// What FormatOf says: "json", or separator, quotes and escapes.
std::string FormOf(const std::string& file, const std::string& more = "") {
  const CsvConfig config = Described("file = \"" + file + "\"\n" + more).config;
  const TableFormat format = FormatOf(config, file, config.separator, config.columns);
  if (format.json) return "json";
  return format.separator + (format.quotes ? " quotes" : "") + (format.escapes ? " escapes" : "");
}

TEST(CsvConfig, TheFormIsToldByTheEndingAlsoOfAPackedFile) {
  EXPECT_EQ(FormOf("a.tsv.gz"), "\t");
  EXPECT_EQ(FormOf("a.inter"), "\t");
  EXPECT_EQ(FormOf("a.csv"), ", quotes");
  EXPECT_EQ(FormOf("a.jsonl.gz"), "json");
  EXPECT_EQ(FormOf("a.txt", "form = \"json\""), "json");
  EXPECT_EQ(FormOf("a.json", "form = \"delimited\""), ", quotes");
  EXPECT_EQ(FormOf("a.csv", "quotes = \"backslash\""), ", quotes escapes");
}

TEST(CsvConfig, ANumberOrATruthInEqualsIsAnErrorThatWritesIt) {
  for (const char* value : {"1", "true"})
    EXPECT_THAT(ErrorOf(ErrorKind::kConfig,
                        [&] {
                          ParseCsvDescription(
                              "file = \"a.csv\"\n[[behaviour]]\nname = \"b\"\n"
                              "column = \"c\"\nequals = " +
                                  std::string(value) + "\n",
                              "a.toml", ".");
                        }),
                testing::HasSubstr("write it in quotes, as equals = \"1\""));
}

}  // namespace
}  // namespace lerl
