#include "lerl/eval/audit/audit_table.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "lerl/testing/closed_loop_rows.h"

namespace lerl {
namespace {

AuditRow AuditTableTestRow(const std::string& planner, const std::string& state, double ndcg) {
  SessionValues values;
  values.numerator = {ndcg - 0.1, ndcg + 0.1};
  AuditRow row{.planner = planner, .state = state};
  row.tables.emplace_back("NDCG@5", MakeCrossedTable({values, values}));
  return row;
}

TEST(AuditTable, JudgesALanguageModelAgainstRandomAndSaysWhatNoneIs) {
  std::vector<AuditRow> rows = {AuditTableTestRow("none", "", 0.45),
                                AuditTableTestRow("random", "", 0.3),
                                AuditTableTestRow("llm", "", 0.5)};
  rows[2].prompt_hash = "abc";
  const std::string text = AuditText(rows, {.run_stale = "trained at abc", .looks = 3});
  EXPECT_THAT(text, ::testing::HasSubstr("none: ranks by category id"));
  std::string sentences = text;
  std::ranges::replace(sentences, '\n', ' ');
  EXPECT_THAT(sentences, ::testing::HasSubstr("and better than random (+0.200 ["));
  EXPECT_THAT(sentences, ::testing::HasSubstr("Verdicts on NDCG@5 follow from 3 paired tests"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80) << line;
  EXPECT_THAT(text, ::testing::HasSubstr("2 validation users x 2 seeds.\nlooks: 3"));
  EXPECT_THAT(text, ::testing::HasSubstr("run: stale, trained at abc."));
  const nlohmann::json json =
      nlohmann::json::parse(AuditJson(rows, RunConfig{}, {.seeds = {1, 2}, .looks = 3}));
  EXPECT_EQ(json["looks"], 3);
  EXPECT_EQ(json["held_out"], "validation");
  EXPECT_TRUE(json["run_stale"].is_null());
  EXPECT_NEAR(json["rows"][2]["NDCG@5 less random"]["mean"].get<double>(), 0.2, 1e-9);
}

TEST(AuditTable, ComparesWithTheBestThatNeitherLearnsNorKnowsTheTruth) {
  const std::vector<AuditRow> rows = {
      AuditTableTestRow("random", "", 0.3), AuditTableTestRow("popularity", "", 0.7),
      AuditTableTestRow("oracle", "", 0.9), AuditTableTestRow("learned", "from logs", 0.8)};
  const nlohmann::json json = nlohmann::json::parse(AuditJson(rows, {}, {}));
  EXPECT_EQ(json["best_heuristic"], "popularity");
  EXPECT_NEAR(json["rows"][3]["NDCG@5 less best heuristic"]["mean"].get<double>(), 0.1, 1e-9);
  EXPECT_EQ(json["rows"][3]["tests"]["best heuristic"]["verdict"], "better");
  EXPECT_EQ(json["rows"][0]["tests"]["best heuristic"]["verdict"], "worse");
  EXPECT_EQ(json["rows"][3]["tests"]["random"]["family"], 1 + 2 * 2);
  EXPECT_FALSE(json["rows"][1].contains("tests")) << "the reference of every other row";
  EXPECT_THAT(AuditText(rows, {}), ::testing::HasSubstr("learned (from logs)"));
}

TEST(AuditTable, ShowsTheSpreadOverPromptsAndWhatAnEndpointLeavesOut) {
  std::vector<AuditRow> rows = {AuditTableTestRow("random", "", 0.3),
                                AuditTableTestRow("llm", "letters", 0.5)};
  EXPECT_FALSE(nlohmann::json::parse(AuditJson(rows, {}, {})).contains("spreads"));
  rows[1].permuted = true;
  rows[1].plans.by_origin[static_cast<int>(PlanOrigin::kFresh)] = 4;
  rows[1].plans.unlisted_labels = 6;
  const std::string text = AuditText(rows, {});
  EXPECT_THAT(text,
              ::testing::HasSubstr(
                  "llm (letters): NDCG@5 over 2 label permutations 0.500 to 0.500, sd 0.000"));
  EXPECT_THAT(text, ::testing::HasSubstr("llm (letters): 1.5 labels per plan are not listed"));
  const nlohmann::json json = nlohmann::json::parse(AuditJson(rows, {}, {}));
  EXPECT_EQ(json["spreads"][0]["over"], "label permutations");
  EXPECT_EQ(json["rows"][1]["unlisted_labels"], 1.5);
}

TEST(AuditTable, ShowsTheClosedLoopAndWhatReflectionsChange) {
  std::vector<AuditRow> rows = {AuditTableTestRow("random", "", 0.3),
                                AuditTableTestRow("llm", "run, no reflections", 0.5)};
  rows[1].agreement.emplace_back("overlap@3", rows[1].tables[0].second);
  const nlohmann::json json = nlohmann::json::parse(AuditJson(rows, {}, {}, LoopRows(11)));
  EXPECT_EQ(json["closed_loop"]["bars"].size(), 3U);
  EXPECT_NEAR(json["rows"][1]["agreement with run"]["overlap@3"]["mean"].get<double>(), 0.5, 1e-9);
  EXPECT_THAT(AuditText(rows, {}), ::testing::HasSubstr("overlap@3 with run 0.500"));
}

}  // namespace
}  // namespace lerl
