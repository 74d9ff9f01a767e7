#include "lerl/base/config.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct ConfigTestInner {
  double clip = 0.2;
  std::vector<int64_t> sizes = {64};
  void VisitFields(FieldVisitor& visit) {
    visit("clip", clip, "epsilon of the surrogate", Range{0, 1});
    visit("sizes", sizes, "layer widths", Range{1, 1024});
  }
};

struct ConfigTestSample {
  bool on = false;
  int64_t steps = 10;
  std::string rule = "lerl";
  std::vector<double> rates = {0.5};
  std::vector<std::string> names = {};
  std::string title = "plain";
  ConfigTestInner ppo;
  void VisitFields(FieldVisitor& visit) {
    visit("on", on, "a switch");
    visit("steps", steps, "steps", Range{.low = 1});
    visit("rule", rule, "leave rule", {"lerl", "temper"});
    visit("rates", rates, "rates", Range{});
    visit("names", names, "free names");
    visit("title", title, "any text");
    visit.Section("ppo", ppo);
  }
};

ConfigTestSample Parse(const std::string& text, const std::vector<std::string>& sets = {}) {
  ConfigTestSample sample;
  ConfigSource::FromText(text, "a.toml", sets).Read(sample);
  return sample;
}

std::string ConfigTestComplaint(const std::string& text,
                                const std::vector<std::string>& sets = {}) {
  try {
    Parse(text, sets);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return error.what();
  }
  return "accepted";
}

TEST(Config, ReadsEveryTypeAndKeepsDefaults) {
  const ConfigTestSample sample =
      Parse("on = true\nrates = [1, 0.25]\nnames = [\"a\"]\n[ppo]\nclip = 1\nsizes = [8, 16]\n");
  EXPECT_TRUE(sample.on);
  EXPECT_EQ(sample.steps, 10);
  EXPECT_THAT(sample.rates, ElementsAre(1.0, 0.25));
  EXPECT_THAT(sample.names, ElementsAre("a"));
  EXPECT_EQ(sample.ppo.clip, 1.0);
  EXPECT_THAT(sample.ppo.sizes, ElementsAre(8, 16));
  EXPECT_EQ(Parse("").rule, "lerl");
}

TEST(Config, UnknownKeyNamesPlaceAndNearestKey) {
  EXPECT_EQ(ConfigTestComplaint("on = true\n[ppo]\nclp = 0.1\n"),
            "a.toml:3: ppo.clp is not a known setting; did you mean ppo.clip?");
  EXPECT_EQ(ConfigTestComplaint("[pppo]\nclip = 0.1\n"),
            "a.toml:1: pppo is not a known setting; did you mean ppo?");
  EXPECT_EQ(ConfigTestComplaint("temperature = 1"),
            "a.toml:1: temperature is not a known setting; known here: on, steps, rule, rates, "
            "names, title, ppo");
}

TEST(Config, TakesOneNameOrNumberForAListOfOne) {
  EXPECT_THAT(Parse("names = \"a\"").names, ElementsAre("a"));
  EXPECT_THAT(Parse("rates = 0.5").rates, ElementsAre(0.5));
  EXPECT_THAT(Parse("ppo.sizes = 7").ppo.sizes, ElementsAre(7));
  EXPECT_EQ(ConfigTestComplaint("names = 1"),
            "a.toml:1: names must be a list, like [\"a\", \"b\"]");
}

TEST(Config, WrongTypeNamesPlaceAndWhatIsExpected) {
  EXPECT_EQ(ConfigTestComplaint("steps = 1.5"), "a.toml:1: steps must be an integer");
  EXPECT_EQ(ConfigTestComplaint("\non = 1"), "a.toml:2: on must be true or false");
  EXPECT_EQ(ConfigTestComplaint("rule = 3"), "a.toml:1: rule must be a string");
  EXPECT_EQ(ConfigTestComplaint("ppo = 3"), "a.toml:1: ppo must be a table, written [ppo]");
  EXPECT_EQ(ConfigTestComplaint("rates = \"a\""), "a.toml:1: rates must be a list, like [1, 2]");
  EXPECT_EQ(ConfigTestComplaint("ppo.sizes = 1.5"), "a.toml:1: ppo.sizes must be an integer");
  EXPECT_EQ(ConfigTestComplaint("rates = [1, \"b\"]"), "a.toml:1: rates[1] must be a number");
}

TEST(Config, ValueOutOfRangeNamesTheRange) {
  EXPECT_EQ(ConfigTestComplaint("[ppo]\nclip = 1.5"),
            "a.toml:2: ppo.clip = 1.5 is out of range; it must be in [0, 1]");
  EXPECT_EQ(ConfigTestComplaint("steps = 0"),
            "a.toml:1: steps = 0 is out of range; it must be at least 1");
  EXPECT_EQ(ConfigTestComplaint("[ppo]\nsizes = [8, 1025]"),
            "a.toml:2: ppo.sizes[1] = 1025 is out of range; it must be in [1, 1024]");
  EXPECT_THAT(ConfigTestComplaint("[ppo]\nclip = nan"), HasSubstr("out of range"));
  EXPECT_THAT(ConfigTestComplaint("rates = [inf]"), HasSubstr("it must be finite"));
}

TEST(Config, ClosedListOfNamesIsKept) {
  EXPECT_EQ(ConfigTestComplaint("rule = \"tempr\""),
            "a.toml:1: rule = 'tempr' is not known; did you mean 'temper'? known: lerl, temper");
}

TEST(Config, TextThatIsNotTomlNamesLineAndColumn) {
  EXPECT_THAT(ConfigTestComplaint("on = true\nsteps = = 3\n"),
              AllOf(StartsWith("a.toml:2:"), HasSubstr("not valid TOML")));
}

// Letters that are not ASCII: outside quotes an error, wherever they stand, inside them a value.
TEST(Config, LettersOutsideQuotesAreAnErrorAndInsideAValue) {
  for (const char* text :
       {"\u00e9t\u00e9 = 1", "name = \u0416", "na\u0331me = 1", "name = 'a' \uff21"})
    EXPECT_THROW(ConfigSource::FromText(text, "test"), Error) << text;
  EXPECT_NO_THROW(ConfigSource::FromText("name = '\u00e9t\u00e9' # \u0416", "test"));
}

TEST(Config, SetsLieOverTheFileAndTheLastOneWins) {
  const ConfigTestSample sample = Parse(
      "steps = 2\n[ppo]\nclip = 0.3\nsizes = [4]\n",
      {"ppo.clip=0.4", "steps=5", "steps=6", "rule=temper", "title=two words", "names=[\"x\"]"});
  EXPECT_EQ(sample.steps, 6);
  EXPECT_EQ(sample.ppo.clip, 0.4);
  EXPECT_THAT(sample.ppo.sizes, ElementsAre(4));
  EXPECT_EQ(sample.rule, "temper");
  EXPECT_EQ(sample.title, "two words");
  EXPECT_THAT(sample.names, ElementsAre("x"));
}

TEST(Config, FaultOfASetNamesTheSet) {
  EXPECT_EQ(ConfigTestComplaint("", {"ppo.clp=1"}),
            "--set ppo.clp=1: ppo.clp is not a known setting; did you mean ppo.clip?");
  EXPECT_EQ(ConfigTestComplaint("", {"steps=many"}), "--set steps=many: steps must be an integer");
  EXPECT_EQ(ConfigTestComplaint("", {"steps"}),
            "--set steps: expected key=value, like agent.seed=3");
  EXPECT_EQ(ConfigTestComplaint("", {"=3"}), "--set =3: expected key=value, like agent.seed=3");
  EXPECT_THAT(ConfigTestComplaint("", {"a b=3"}), StartsWith("--set a b=3"));
}

TEST(Config, MissingFileIsAnErrorOfConfiguration) {
  try {
    ConfigSource::FromFile("/no/such.toml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.what(), StartsWith("/no/such.toml: "));
  }
}

TEST(Config, ReadsAFile) {
  const auto path = ProcessFolder() / "config_test.toml";
  WriteFileWhole(path, "steps = 4\n");
  ConfigTestSample sample;
  ConfigSource::FromFile(path, {"on=true"}).Read(sample);
  EXPECT_EQ(sample.steps, 4);
  EXPECT_TRUE(sample.on);
  std::filesystem::remove(path);
}

TEST(Config, TablesAreSourcesOfTheirOwnAndTheRestIsRead) {
  const ConfigSource source =
      ConfigSource::FromText("steps = 3\n[[row]]\nclip = 0.1\n[[row]]\nclip = 7\n", "a.toml");
  ConfigTestSample sample;
  source.Without({"row"}).Read(sample);
  EXPECT_EQ(sample.steps, 3);
  const std::vector<ConfigSource> rows = source.Tables("row");
  ASSERT_EQ(rows.size(), 2u);
  ConfigTestInner inner;
  rows[0].Read(inner);
  EXPECT_EQ(inner.clip, 0.1);
  try {
    rows[1].Read(inner);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), StartsWith("a.toml:5: clip = 7 is out of range"));
  }
  EXPECT_TRUE(source.Tables("column").empty());
  EXPECT_THROW(source.Tables("steps"), Error);
}

TEST(Config, AsSetsCarriesOneSourceOverAnother) {
  const std::string text =
      "on = true\nrates = [0.1, 1e-9]\ntitle = 'a \"b\" \\ = c'\nnames = ['x', 'y z']\n"
      "[ppo]\nclip = 0.30000000000000004\nsizes = [1, 2]\n";
  const ConfigTestSample there = Parse(text);
  const ConfigTestSample here =
      Parse("steps = 77\n[ppo]\nclip = 0.9", ConfigSource::FromText(text, "b").AsSets());
  ConfigTestSample expected = there;
  expected.steps = 77;
  EXPECT_EQ(ConfigToJson(here), ConfigToJson(expected));
}

TEST(Config, ASourceLaidOverAnotherKeepsItsPlaces) {
  const ConfigSource base = ConfigSource::FromText("steps = 1\n[ppo]\nclip = 0.2\n", "base.toml");
  const ConfigSource over = ConfigSource::FromText("\n[ppo]\nclip = 2000\n", "over.toml");
  ConfigTestSample sample;
  try {
    base.With(over).Read(sample);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), StartsWith("over.toml:3: ppo.clip = 2000"));
  }
}

TEST(Config, AsSetsCarriesArraysOfTables) {
  const ConfigSource source = ConfigSource::FromText(
      "[[row]]\nclip = 0.1\nsizes = [1, 2, 3]\n[[row]]\nclip = 0.2\n", "a.toml");
  const ConfigSource copy = ConfigSource::FromText("", "b.toml", source.AsSets());
  ASSERT_EQ(copy.Tables("row").size(), 2u);
  ConfigTestInner inner;
  copy.Tables("row")[0].Read(inner);
  EXPECT_EQ(inner.clip, 0.1);
  EXPECT_THAT(inner.sizes, ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace lerl
