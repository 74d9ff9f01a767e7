#include "lerl/eval/comparison_config.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "lerl/base/file.h"
#include "lerl/testing/small_comparison.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ComparisonConfigTest = ComparisonTest;

TEST_F(ComparisonConfigTest, LaysEachRowAndThenTheCommandLineOverTheBase) {
  const ComparisonConfig config =
      Read(kComparisonRows, {"train.iterations=1", "planner.plan_size=3"});
  ASSERT_EQ(config.rows.size(), 4);
  EXPECT_EQ(config.title, "Tiny");
  EXPECT_THAT(config.notes, ElementsAre("A note."));
  EXPECT_THAT(config.metrics, ElementsAre("novelty", "exposure_gini"));
  EXPECT_EQ(config.rows[1].label, "ppo, re-ordered");
  EXPECT_TRUE(config.rows[1].config.evaluation.reorder);
  EXPECT_FALSE(config.rows[0].config.evaluation.reorder);
  EXPECT_EQ(config.rows[2].config.planner.name, "round_robin");
  EXPECT_EQ(config.rows[3].config.agent.name, "random");
  for (const ComparisonRow& row : config.rows) {
    EXPECT_EQ(row.config.train.iterations, 1);
    EXPECT_EQ(row.config.planner.plan_size, 3);
    EXPECT_EQ(row.config.data.name, (folder_.path() / "tiny.toml").string());
  }
  EXPECT_EQ(config.text, kComparisonRows);
}

TEST_F(ComparisonConfigTest, RefusesRowsThatCannotBeCompared) {
  const std::string rows = kComparisonRows;
  EXPECT_THAT(Refusal(rows + "[settings]\ntrain.iteration = 2\n"), HasSubstr("train.iteration"));
  EXPECT_THAT(Refusal("settings = 3\n" + rows), HasSubstr("[settings]"));
  EXPECT_THAT(Refusal("base = \"base.toml\"\n"), HasSubstr("no [[rows]]"));
  EXPECT_THAT(Refusal("[agent]\nname = \"ppo\"\n"),
              HasSubstr("the configuration of a run; `lerl train --config` takes it"));
  EXPECT_THAT(Refusal(rows + "[[rows]]\nlabel = \"random\"\n"),
              HasSubstr("the label 'random' stands twice"));
  EXPECT_THAT(Refusal(rows + "[[rows]]\nplanner.name = \"none\"\n"), HasSubstr("without a label"));
  EXPECT_THAT(Refusal("base = \"base.toml\"\nreference = \"pppo\"\n[[rows]]\nlabel = \"ppo\"\n"),
              HasSubstr("reference 'pppo'"));
  for (const char* other :
       {"train.seeds = [1]", "evaluation.users = 2", "data.name = \"ml-100k\"", "split.seed = 2"})
    EXPECT_THAT(Refusal(rows + "[[rows]]\nlabel = \"other\"\n" + other + "\n"),
                HasSubstr("row 'other'"))
        << other;
}

TEST_F(ComparisonConfigTest, TakesOneReferenceOrSeveral) {
  const std::string rows = kComparisonRows;
  EXPECT_THAT(Read().references, ElementsAre("ppo"));
  EXPECT_EQ(Read().claim, "R_cum");
  EXPECT_EQ(Read().margin, kNonInferiorMargin);
  const auto with = [&rows](const std::string& reference) {
    std::string text = rows;
    return text.replace(text.find("reference = \"ppo\""), 17, reference);
  };
  const ComparisonConfig several = Read(
      with("reference = [\"random\", \"ppo\", \"planned\"]\nmargin = 0.05\nclaim = \"T_int\""));
  EXPECT_THAT(several.references, ElementsAre("random", "ppo", "planned"));
  EXPECT_EQ(several.margin, 0.05);
  EXPECT_EQ(several.claim, "T_int");
  EXPECT_THAT(Refusal(with("reference = []")), HasSubstr("reference is empty"));
  EXPECT_THAT(Refusal(with("reference = [\"ppo\", \"ppo\"]")), HasSubstr("'ppo' stands twice"));
  EXPECT_THAT(Refusal(with("reference = [\"ppo\", \"x\"]")), HasSubstr("reference 'x'"));
  EXPECT_THAT(Refusal(with("margin = 2")), HasSubstr("margin"));
  EXPECT_THAT(Refusal(with("claim = \"T_inf\"")), HasSubstr("did you mean 'T_int'"));
}

TEST_F(ComparisonConfigTest, TellsLeaveRulesApartByAllThatDecidesHowUsersLeave) {
  const ComparisonConfig config = Read(std::string(kComparisonRows) +
                                       "[[rows]]\nlabel = \"slots\"\nenv.rules = [\"lerl_slots\"]\n"
                                       "[[rows]]\nlabel = \"long\"\nenv.budget = 9\n");
  const std::vector<std::string> rules = LeaveRules(config);
  EXPECT_THAT(rules,
              ElementsAre("lerl", "lerl", "lerl", "lerl", "lerl_slots", "lerl, env.budget = 9"));
}

TEST_F(ComparisonConfigTest, RefusesUnknownSettingsOfARowAndOfItself) {
  EXPECT_THAT(
      Refusal(std::string(kComparisonRows) + "[[rows]]\nlabel = \"x\"\nplanner.plansize = 2\n"),
      HasSubstr("did you mean planner.plan_size?"));
  EXPECT_THAT(Refusal("titel = \"x\"\n" + std::string(kComparisonRows)),
              HasSubstr("did you mean title?"));
}

TEST_F(ComparisonConfigTest, LaysTheFileOfARowBelowItsOwnSettings) {
  folder_.Write("tuned.toml", "[agent]\nppo.clip = 0.1\nppo.gamma = 0.7\n");
  const ComparisonConfig config =
      Read(std::string(kComparisonRows) +
           "[[rows]]\nlabel = \"tuned\"\nwith = \"tuned.toml\"\nagent.ppo.clip = 0.3\n");
  EXPECT_EQ(config.rows.back().config.agent.ppo.clip, 0.3);
  EXPECT_EQ(config.rows.back().config.agent.ppo.common.gamma, 0.7);
  EXPECT_EQ(config.rows.front().config.agent.ppo.clip, PpoConfig().clip);
}

TEST_F(ComparisonConfigTest, EveryMetricCanBeAColumnAndTheClaim) {
  std::string text = kComparisonRows;
  const size_t line = text.find("metrics = ");
  text.erase(line, text.find('\n', line) - line);
  for (const Metric& metric : Metrics()) {
    const std::string name(metric.name);
    const ComparisonConfig config =
        Read("claim = \"" + name + "\"\nmetrics = [\"" + name + "\"]\n" + text);
    EXPECT_EQ(&FindMetric(config.claim), &metric);
    EXPECT_THAT(TableMetrics(config.metrics), ElementsAre(&metric));
  }
}

// The comparisons of configs/, whose tables are published.
const ComparisonConfig& Published(const std::string& name) {
  static std::map<std::string, ComparisonConfig> read;
  if (!read.contains(name)) read[name] = ReadComparison("configs/" + name, {});
  return read[name];
}

const RunConfig& RowOf(const ComparisonConfig& config, const std::string& label) {
  for (const ComparisonRow& row : config.rows)
    if (row.label == label) return row.config;
  throw std::out_of_range("there is no row " + label);
}

// The settings in which the first differs from the second, as "env.rules.0=lerl_slots".
std::set<std::string> Differences(const RunConfig& of, const RunConfig& from) {
  const nlohmann::json mine = ConfigToJson(of).flatten(), theirs = ConfigToJson(from).flatten();
  std::set<std::string> found;
  for (const auto& [path, value] : mine.items()) {
    if (theirs.contains(path) && theirs[path] == value) continue;
    std::string setting = path.substr(1);
    std::ranges::replace(setting, '/', '.');
    found.insert(setting + "=" + (value.is_string() ? value.get<std::string>() : value.dump()));
  }
  for (const auto& [path, value] : theirs.items())
    if (!mine.contains(path)) found.insert("without " + path);
  return found;
}

struct Change {
  std::string row, from;           // labels
  std::set<std::string> settings;  // all in which they differ
};

// Every row of the comparison but the first stands in `changes`, and differs from the row that it
// comes from in these settings alone.
void ExpectChanges(const ComparisonConfig& config, const std::vector<Change>& changes) {
  std::vector<std::string> labels = {config.rows[0].label};
  for (const Change& change : changes) {
    labels.push_back(change.row);
    EXPECT_EQ(Differences(RowOf(config, change.row), RowOf(config, change.from)), change.settings)
        << change.row;
  }
  std::vector<std::string> rows;
  for (const ComparisonRow& row : config.rows) rows.push_back(row.label);
  EXPECT_THAT(labels, ::testing::UnorderedElementsAreArray(rows));
}

TEST(PublishedComparisons, CanAllBeReadAndPlayAllHeldOutUsersUnderSeveralSeeds) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator("configs")) {
    if (entry.path().extension() != ".toml" ||
        ReadFile(entry.path()).find("[[rows]]") == std::string::npos)
      continue;
    const std::string name = entry.path().filename().string();
    names.insert(name);
    for (const ComparisonRow& row : Published(name).rows) {
      EXPECT_EQ(row.config.evaluation.users, 0) << name << ": " << row.label;
      EXPECT_GE(row.config.train.seeds.size(), 3) << name << ": " << row.label;
    }
  }
  EXPECT_THAT(names, ::testing::IsSupersetOf({"demo_ml100k.toml", "ablations_ml100k.toml",
                                              "lerl_published.toml", "compare_ml100k.toml",
                                              "compare_coat_like.toml"}));
}

TEST(PublishedComparisons, TheDemoHoldsItsRowsAgainstThreeReferencesUnderFiveSeeds) {
  const ComparisonConfig& demo = Published("demo_ml100k.toml");
  EXPECT_THAT(demo.references,
              ElementsAre("ppo", "ppo + random planner", "ppo + round_robin planner"));
  EXPECT_EQ(demo.claim, "R_cum");
  for (const ComparisonRow& row : demo.rows)
    EXPECT_THAT(row.config.train.seeds, ElementsAre(1, 2, 3, 4, 5)) << row.label;
  ExpectChanges(
      demo, {{"random", "ppo", {"agent.name=random"}},
             {"popularity", "ppo", {"agent.name=popularity"}},
             {"greedy (oracle)", "ppo", {"agent.name=greedy"}},
             {"ppo + random planner", "ppo", {"planner.name=random"}},
             {"ppo + round_robin planner", "ppo", {"planner.name=round_robin"}},
             {"lerl", "ppo", {"planner.name=llm_table"}},
             {"lerl (tuned)", "lerl", {"planner.llm.lora=ml-100k", "planner.llm.calibrate=off"}}});
}

TEST(PublishedComparisons, EachAblationDiffersInTheOneSettingThatItNames) {
  const std::string slots = "env.rules.0=lerl_slots", reorder = "evaluation.reorder=true";
  ExpectChanges(Published("ablations_ml100k.toml"),
                {{"lerl", "ppo", {"planner.name=llm_table"}},
                 {"lerl, skip_last off", "lerl", {"planner.skip_last=false"}},
                 {"ppo + short_term planner", "ppo", {"planner.name=short_term"}},
                 {"ppo + fatigue_aware planner", "ppo", {"planner.name=fatigue_aware"}},
                 {"slots: ppo", "ppo", {slots}},
                 {"slots: ppo + reorder", "slots: ppo", {reorder}},
                 {"slots: lerl", "lerl", {slots}},
                 {"slots: lerl + reorder", "slots: lerl", {reorder}},
                 {"slots: ppo + round_robin", "slots: ppo", {"planner.name=round_robin"}},
                 {"slots: ppo + round_robin + reorder", "slots: ppo + round_robin", {reorder}}});
}

TEST(PublishedComparisons, EachSwitchOfThePublicCodeStandsAlone) {
  const std::string mask = "planner.published_mask=true",
                    encoder = "agent.state.published_encoder=true",
                    pool = "planner.llm.published_pool=true", alpha = "planner.llm.alpha=0.6",
                    draws = "planner.llm.published_draws=true";
  ExpectChanges(Published("lerl_published.toml"),
                {{"lerl, product mask", "lerl", {mask}},
                 {"lerl, untrained encoder", "lerl", {encoder}},
                 {"lerl, oldest reflection leaves", "lerl", {pool}},
                 {"lerl, alpha .1 a click", "lerl", {alpha}},
                 {"lerl, reflections drawn at each step", "lerl", {draws}},
                 {"lerl, all of these", "lerl", {mask, encoder, pool, alpha, draws}}});
}

}  // namespace
}  // namespace lerl
