#include "lerl/data/guess/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/data/sources/csv.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

std::vector<fs::path> Examples() {
  std::vector<fs::path> tomls;
  for (const auto& entry : fs::recursive_directory_iterator("examples/data"))
    if (entry.path().extension() == ".toml") tomls.push_back(entry.path());
  std::ranges::sort(tomls);
  return tomls;
}

class EveryExample : public testing::TestWithParam<fs::path> {};

// What a guess must read as a person describes it: users, items, titles, categories, times and
// responses.
std::string Read(Dataset dataset) {
  dataset.name.clear();
  dataset.values = {};
  dataset.user_features.clear();
  dataset.item_features.clear();
  for (std::string& behaviour : dataset.behaviours) behaviour.clear();
  return Fingerprint(dataset);
}

TEST_P(EveryExample, LoadsAndAGuessReadsItsFileTheSame) {
  const Dataset described = LoadCsv(GetParam(), {});
  CheckConsistent(described);
  EXPECT_GT(described.num_interactions(), 40);
  const fs::path file = LogFiles(ReadCsvDescription(GetParam()))[0];
  const std::string toml = GuessDescription(file);
  SCOPED_TRACE(toml);
  const Dataset guessed = LoadCsv(ParseCsvDescription(toml, file.string(), file.parent_path()), {});
  EXPECT_EQ(guessed.item_titles, described.item_titles);
  EXPECT_EQ(guessed.categories, described.categories);
  EXPECT_EQ(Read(guessed), Read(described));
}

INSTANTIATE_TEST_SUITE_P(Guess, EveryExample, testing::ValuesIn(Examples()), [](const auto& info) {
  std::string name =
      info.param.parent_path().filename().string() + "_" + info.param.stem().string();
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(Guess, SaysWhyInComments) {
  const std::string toml = GuessDescription(SampleFolder() / "shop/shop.csv");
  EXPECT_THAT(toml, AllOf(HasSubstr("# shop.csv: look at each line"),
                          HasSubstr("# Users: 6 different values in the first 60 rows."),
                          HasSubstr("categories = \"genres\""), HasSubstr("at_least = 4")));
}

TEST(Guess, ReadsTheForeignBytesOfAFileAndSaysWhatTheyAre) {
  TestFolder folder;
  const auto log = folder.Write("log.csv",
                                "user;item;date;rating;genre\n1;a;13.10.2020;5;Com\xE9"
                                "die\n"
                                "2;a;14.10.2020;3;Com\xE9"
                                "die\n2;b;15.10.2020;1;Drama\n");
  const std::string toml = GuessDescription(log);
  EXPECT_THAT(toml, AllOf(HasSubstr("separator = \";\""), HasSubstr("encoding = \"cp1252\""),
                          HasSubstr("so read they say"), HasSubstr("time_format = \"%d.%m.%Y\""),
                          HasSubstr("categories = \"genre\"")));
}

TEST(Guess, NamesOfColumnsAreTomlWhateverTheyHold) {
  TestFolder folder;
  const auto log = folder.Write(
      "log.jsonl",
      "{\"user\": 1, \"item\": 1, \"ra\\\"t\\ning\": 1, \"rating\": 5, \"day\\u0007\": 1}\n"
      "{\"user\": 2, \"item\": 1, \"ra\\\"t\\ning\": 5, \"day\\u0007\": 1}\n");
  const CsvDescription description =
      ParseCsvDescription(GuessDescription(log), "log.toml", folder.path());
  EXPECT_EQ(description.behaviours.size(), 1U);
  EXPECT_EQ(LoadCsv(description, {.max_bad_share = 1}).user_ids.size(), 2U);
}

TEST(Guess, RefusesAFileWithoutUsersAndFilesWithoutRows) {
  EXPECT_THAT(
      ErrorOf(ErrorKind::kData,
              [] { GuessDescription("examples/data/yelp/yelp_academic_dataset_business.json"); }),
      HasSubstr("no column looks like the user's id; the columns are"));
  TestFolder folder;
  const auto prose = folder.Write("a.csv", "nothing\nhere\n");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { GuessDescription(prose); }),
              HasSubstr("no separator is found"));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { GuessDescription(folder.path()); }),
              HasSubstr("the folder has no .inter file"));
}

// A log of 20 rows with these times.
std::string LogWithTimes(const std::string& name, const std::function<std::string(int)>& time) {
  std::string text = "user,item,rating," + name + "\n";
  for (int i = 0; i < 20; ++i)
    text += std::to_string(i / 4) + "," + std::to_string(i % 7) + "," + std::to_string(i % 5) +
            "," + time(i) + "\n";
  return text;
}

TEST(Guess, ATimeThatCanNotBeReadIsNamedWithAWarning) {
  TestFolder folder;
  const auto log = folder.Write(
      "log.csv", LogWithTimes("timestamp", [](int i) { return "week " + std::to_string(i); }));
  testing::internal::CaptureStderr();
  const std::string toml = GuessDescription(log);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("set time, and time_unit or time_format"));
  EXPECT_THAT(toml,
              AllOf(HasSubstr("# timestamp has the name of a time, and no way of writing times "
                              "fits all its values, such as 'week 0'"),
                    HasSubstr("time = \"none\"")));
}

TEST(Guess, IdsThatNobodyMeantAreAComment) {
  TestFolder folder;
  const auto log = folder.Write("log.csv", "user,item,rating\nnan,3,1\nNULL,3.0,5\n1,4,2\n");
  EXPECT_THAT(
      GuessDescription(log),
      AllOf(HasSubstr("# Look at users whose id says that there is none: 2 ('NULL', 'nan')"),
            HasSubstr("# Look at items that are one number in two texts")));
}

TEST(Guess, DatesUnderAnotherNameAreTheTimeOfRowsWithAQuestion) {
  TestFolder folder;
  const auto log = folder.Write(
      "log.csv", LogWithTimes("t_dat", [](int i) { return "2020-09-" + std::to_string(10 + i); }));
  EXPECT_THAT(GuessDescription(log),
              AllOf(HasSubstr("# No column has the name of a time, and t_dat holds dates"),
                    HasSubstr("time = \"t_dat\"\ntime_unit = \"iso\"")));
}

TEST(Guess, DaysAndMonthsThatCanNotBeToldApartAreAQuestion) {
  TestFolder folder;
  const auto log = folder.Write("log.csv", LogWithTimes("date", [](int i) {
                                  return "0" + std::to_string(1 + i % 9) + "/0" +
                                         std::to_string(1 + i % 7) + "/2020";
                                }));
  testing::internal::CaptureStderr();
  EXPECT_THAT(GuessDescription(log), HasSubstr("# date: \"%m/%d/%Y\" and \"%d/%m/%Y\" fit all"));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("look which is right"));
}

}  // namespace
}  // namespace lerl
