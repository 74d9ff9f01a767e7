#include "lerl/eval/audit/audit_table.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

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

TEST(AuditTable, ComparesWithTheBestThatNeitherLearnsNorKnowsTheTruth) {
  const std::vector<AuditRow> rows = {
      AuditTableTestRow("random", "", 0.3), AuditTableTestRow("popularity", "", 0.7),
      AuditTableTestRow("oracle", "", 0.9), AuditTableTestRow("learned", "from logs", 0.8)};
  const nlohmann::json json = nlohmann::json::parse(AuditJson(rows, {}, {}));
  EXPECT_EQ(json["best_heuristic"], "popularity");
  EXPECT_NEAR(json["rows"][3]["NDCG@5 less best heuristic"]["mean"].get<double>(), 0.1, 1e-9);
  EXPECT_TRUE(json["rows"][3]["non_inferior"].get<bool>());
  EXPECT_FALSE(json["rows"][0]["non_inferior"].get<bool>());
  EXPECT_THAT(AuditText(rows, {}), ::testing::HasSubstr("learned (from logs)"));
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
