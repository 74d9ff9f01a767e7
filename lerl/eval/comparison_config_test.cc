#include "lerl/eval/comparison_config.h"

#include <gmock/gmock.h>

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

}  // namespace
}  // namespace lerl
