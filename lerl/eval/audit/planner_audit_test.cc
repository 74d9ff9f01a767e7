#include "lerl/eval/audit/planner_audit.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/progress.h"
#include "lerl/eval/audit/audit_table.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/planner/registry.h"
#include "lerl/planner/state_text.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/small_world.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

class PlannerAuditTest : public ::testing::Test {
 protected:
  PlannerAuditTest() {
    world_.dataset = MakeSyntheticDataset({.users = 80, .items = 150, .rows_per_user = 90});
    world_.fingerprint = Fingerprint(world_.dataset);
    world_.split = MakeSplit(world_.dataset, config_.split);
    world_.response_model = FitMfResponse(world_.dataset, config_.response_model.mf);
    world_.unit_vectors = FitUnitItemVectors(world_.dataset, world_.split);
    world_.factors = FitItemFactors(world_.dataset, world_.split, config_.agent.factors);
    SetFields(config_, {"env.exclude_history=false"});
    options_ = {.users = 10, .seeds = {1, 2}, .iterations = 2};
    options_.backend = MakeScriptedBackend({});
    const auto folder = ProcessFolder() / "planner_audit_test";
    std::filesystem::remove_all(folder);
    config_.planner.llm.table = (folder / "table.safetensors").string();
  }

  World world_;
  RunConfig config_ = TinyRun();
  AuditOptions options_;
};

TEST_F(PlannerAuditTest, HasARowForEveryPlannerAndTwoForThoseThatLearn) {
  const std::vector<AuditRow> rows = AuditPlanners(world_, config_, options_);
  const nlohmann::json json = nlohmann::json::parse(AuditJson(rows, config_, options_));
  std::map<std::string, int> count;
  for (const nlohmann::json& row : json["rows"]) {
    ++count[row["planner"]];
    for (const char* metric : {"NDCG@5", "NDCG@5 truth", "recall@5", "coverage", "repeats",
                               "popularity", "invalid", "widened"}) {
      const nlohmann::json& figure = row["metrics"][metric];
      EXPECT_LE(figure["low"].get<double>(), figure["mean"].get<double>() + 1e-9) << metric;
      EXPECT_GE(figure["mean"].get<double>(), 0) << metric;
    }
    EXPECT_LE(row["metrics"]["NDCG@5"]["mean"].get<double>(), 1);
  }
  for (const PlannerRow& row : PlannerRows()) {
    const int rows_of = row.heeds_wishes ? 0 : row.learns || row.name == "llm" ? 2 : 1;
    EXPECT_EQ(count[std::string(row.name)], rows_of) << row.name;
  }
  EXPECT_THAT(AuditText(rows, options_), ::testing::HasSubstr("Verdicts on NDCG@5 follow from"));
}

TEST(AgreementOf, IsAMeanOverTheStatesOfAUser) {
  const SessionValues two_users{.numerator = {0, 0}};
  AuditRow row;
  row.tables = {{"NDCG@5", MakeCrossedTable({two_users})}};
  row.rankings = {{0, 1, 2, 3}, {0, 1, 2, 3}, {0, 1, 2, 3}, {0, 1, 2, 3}};  // 1 seed, 2 states
  AuditRow other = row;
  other.rankings[2] = {3, 1, 2, 0};  // of the first user
  const auto agreement = AgreementOf(row, other);
  EXPECT_EQ(agreement[0].first, "overlap@3");
  EXPECT_NEAR(agreement[0].second.cells[0], (1 + 2.0 / 3) / 2, 1e-9);
  EXPECT_NEAR(agreement[0].second.cells[1], 1, 1e-9);
  EXPECT_EQ(agreement[1].first, "NDCG@5");
  EXPECT_LT(agreement[1].second.cells[0], 1);
}

TEST_F(PlannerAuditTest, GivesTheSameFiguresTwice) {
  const std::string once = AuditJson(AuditPlanners(world_, config_, options_), config_, options_);
  EXPECT_EQ(AuditJson(AuditPlanners(world_, config_, options_), config_, options_), once);
}

TEST_F(PlannerAuditTest, JudgesThePlannersAskedFor) {
  options_.planners = {"llm", "popularity"};
  const std::vector<AuditRow> rows = AuditPlanners(world_, config_, options_);
  ASSERT_EQ(rows.size(), 3U);  // llm by names and by letters
  EXPECT_NE(rows[0].planner, rows[1].planner);
  EXPECT_EQ(rows[2].state, "letters");
}

// A model that likes the letter A and nothing else: what it plans is who A stands for, so its
// figures follow the permutation, and those of a planner that asks nobody do not.
TEST_F(PlannerAuditTest, EachSeedHasAPermutationOfItsOwnWhereAskedFor) {
  options_.backend = MakeScriptedBackend(
      {.score = [](const std::string&, const std::string&, const std::string& label) {
        return label == "A" ? 1.0 : 0.0;
      }});
  config_.planner.llm.calibrate = "off";
  options_.planners = {"llm", "popularity"};
  options_.seeds = {1, 2, 3};
  for (const bool permute : {false, true}) {
    options_.permute_labels = permute;
    const std::vector<AuditRow> rows = AuditPlanners(world_, config_, options_);
    ASSERT_EQ(rows.size(), 3U);
    for (const AuditRow& row : rows) {
      EXPECT_EQ(row.permuted, permute && row.planner == "llm") << row.planner;
      std::set<int16_t> first;  // of each seed, the first user's first category
      const size_t per_seed = row.rankings.size() / 3;
      for (size_t s = 0; s < 3; ++s) first.insert(row.rankings[s * per_seed][0]);
      if (row.state == "letters") {
        EXPECT_EQ(first.size() > 1, permute);
      }
      EXPECT_EQ(row.plans.plans, 3 * 3 * TableOf(row, "NDCG@5").users);
    }
  }
}

TEST_F(PlannerAuditTest, AsksByOtherTemplatesWhereAskedFor) {
  options_.planners = {"llm", "popularity"};
  options_.templates = {"categories", "films"};
  const std::vector<AuditRow> rows = AuditPlanners(world_, config_, options_);
  ASSERT_EQ(rows.size(), 4U);
  std::set<std::string> states, prompts;
  for (const AuditRow& row : rows) {
    if (row.planner != "llm") continue;
    states.insert(row.state);
    prompts.insert(row.prompt_hash);
  }
  EXPECT_EQ(states, (std::set<std::string>{"", "letters", "template films"}));
  EXPECT_EQ(prompts.size(), 3U);
}

// A finished run whose planner shows the reflection "Rotate.".
std::filesystem::path RunWithAReflection(const World& world, const RunConfig& config,
                                         const TestFolder& folder) {
  const std::filesystem::path run = folder.path() / "run";
  Train(world, config, 1, run, Resume::kNever);
  TensorFile file = ReadTensorFile(run / "checkpoint.safetensors", "checkpoint");
  nlohmann::json state = nlohmann::json::parse(LoadText(file, "llm_planner/state"));
  state["drawn"] = {"Rotate."};
  SaveText(file, "llm_planner/state", state.dump());
  WriteTensorFile(run / "checkpoint.safetensors", file);
  return run;
}

TEST_F(PlannerAuditTest, ARowWithoutReflectionsHidesThemBelowAFallbackToo) {
  Progress::SetQuiet(true);
  // Its first favourite depends on whether the prompt shows the reflection.
  options_.backend = MakeScriptedBackend(
      {.score = [](const std::string& prefix, const std::string&, const std::string& label) {
        const bool shown = prefix.find("Rotate.") != std::string::npos;
        return (shown ? 1.0 : -1.0) * (label[0] - 'A');
      }});
  options_.planners = {"llm"};
  config_.agent.name = "popularity";
  config_.planner.name = "llm";
  config_.planner.llm.endpoint.urls = {"http://localhost:1/v1"};  // which nobody asks
  for (const char* fallback : {"", "round_robin"}) {
    config_.planner.llm.fallback = fallback;
    const TestFolder folder;
    options_.run = RunWithAReflection(world_, config_, folder);
    const std::vector<AuditRow> rows = AuditPlanners(world_, config_, options_);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].state, "run");
    EXPECT_EQ(rows[1].state, "run, no reflections");
    for (size_t i = 0; i < rows[0].rankings.size(); ++i)
      EXPECT_NE(rows[0].rankings[i], rows[1].rankings[i]) << fallback;
  }
  Progress::SetQuiet(false);
}

TEST_F(PlannerAuditTest, NeedsTwoSlatesOfTheSettingsSizeBehindEveryone) {
  config_.split.train_share = 0.1;  // 9 rows of 90
  world_.split = MakeSplit(world_.dataset, config_.split);
  options_.planners = {"popularity"};
  SetFields(config_, {"env.slate_size=4"});
  EXPECT_EQ(AuditPlanners(world_, config_, options_).size(), 1U);
  SetFields(config_, {"env.slate_size=5"});
  EXPECT_THAT([&] { AuditPlanners(world_, config_, options_); },
              ::testing::ThrowsMessage<Error>(::testing::HasSubstr("10 training rows")));
}

TEST_F(PlannerAuditTest, TheOracleIsBestByTheTruth) {
  double oracle = 0, best = 0;
  for (const AuditRow& row : AuditPlanners(world_, config_, options_)) {
    for (const auto& [metric, table] : row.tables) {
      if (metric != "NDCG@5 truth") continue;
      double& highest = FindPlannerRow(row.planner).oracle ? oracle : best;
      highest = std::max(highest, table.estimate);
    }
  }
  EXPECT_GE(oracle, best);
}

}  // namespace
}  // namespace lerl
