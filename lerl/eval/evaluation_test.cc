#include "lerl/eval/evaluation.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "lerl/base/check.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/eval/metrics/registry.h"
#include "lerl/planner/planner.h"
#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using nlohmann::json;

class EvaluationTest : public testing::Test {
 protected:
  Evaluation Played(const std::string& policy, const RandomSessions& kind, uint64_t first_seed) {
    std::vector<SessionLog> logs;
    for (uint64_t s = 0; s < 3; ++s) logs.push_back(RandomLog(dataset_, kind, first_seed + s));
    return Evaluate(policy, {1, 2, 3}, logs, {dataset_, split_, vectors_});
  }

  const Dataset dataset_ = MakeSyntheticDataset({});
  const Split split_ = MakeSplit(dataset_, {});
  const std::vector<float> vectors_ = RandomUnitVectors(dataset_.num_items(), 8, 1);
};

TEST_F(EvaluationTest, GivesEveryMetricWithAnIntervalAroundItsMean) {
  const EvaluationResult result = Played("random", {}, 1).result;
  EXPECT_EQ(result.users, 30);
  for (const Metric& metric : Metrics()) {
    // Of visits, of a truth that this task does not have, and of new items.
    const std::set<std::string_view> of_other_tasks = {
        "return_days",    "retention",       "R_visit",          "plan_alignment",
        "regret",         "latent_found",    "saturation",       "interest_narrowing",
        "revenue",  // and of prices, which this data set does not have,
        "new_item_share", "new_item_reward", "known_item_reward"};
    EXPECT_EQ(result.Has(metric.name), !of_other_tasks.contains(metric.name)) << metric.name;
  }
  for (const auto& [name, interval] : result.metrics) {
    EXPECT_LE(interval.low, interval.mean) << name;
    EXPECT_GE(interval.high, interval.mean) << name;
    EXPECT_GE(interval.low, FindMetric(name).lowest) << name;
    EXPECT_LE(interval.high, FindMetric(name).highest) << name;
  }
  EXPECT_NEAR(result.metric("T_int").mean, 15.5, 1.5);
}

// Two sessions of two items and two of one, under two seeds: 3 of 6 items are bought, all are
// put in the cart.
TEST_F(EvaluationTest, GivesEachBehaviourARateAndAFigurePerSession) {
  Dataset dataset = DatasetOf({{0}, {0}, {0}, {0}}, 1, 2);
  dataset.behaviours = {"purchase", "cart"};
  dataset.prices = std::vector<float>{1, 2, 3, 4};
  SessionLog log = LogOf({{{0}, {1}}, {{2}}}, 1), other = log;
  log.responses = {3, 2, 3, 0};    // buys item 0; buys item 2
  other.responses = {2, 3, 2, 0};  // buys item 1; nothing
  const EvaluationResult result =
      Evaluate("a", {1, 2}, {log, other},
               {dataset, EmptySplit(dataset), std::vector<float>(8, .5f)})
          .result;
  ASSERT_EQ(result.behaviours.size(), 2U);
  EXPECT_EQ(result.behaviours[0].name, "purchase");
  EXPECT_NEAR(result.behaviours[0].rate.mean, 3.0 / 6, 1e-12);
  EXPECT_NEAR(result.behaviours[0].per_session.mean, 3.0 / 4, 1e-12);
  EXPECT_NEAR(result.behaviours[1].rate.mean, 1, 1e-12);
  EXPECT_LE(result.behaviours[1].rate.high, 1);
  EXPECT_NEAR(result.metric("main_responses").mean, 3.0 / 4, 1e-12);
  EXPECT_NEAR(result.metric("revenue").mean, (1.0 + 3 + 2) / 4, 1e-12);
  const json out = result;
  EXPECT_EQ(out["behaviours"][1]["name"], "cart");
  EXPECT_EQ(out["behaviours"][1]["per_session"]["mean"], 1.5);
  EXPECT_EQ(json(out.get<EvaluationResult>()), out);
  json old = out;
  old.erase("behaviours");
  EXPECT_TRUE(old.get<EvaluationResult>().behaviours.empty());
}

TEST_F(EvaluationTest, ComparesPoliciesOnTheSameUsersAndSeeds) {
  const Evaluation reference = Played("ppo", {.longest = 14}, 1);
  Evaluation longer = Played("lerl", {.shortest = 17}, 10);
  AddDifferences(longer, reference);
  const PairedDifference* found = longer.result.difference("T_int", "ppo");
  ASSERT_NE(found, nullptr);
  EXPECT_TRUE(found->comparison.better);
  EXPECT_NEAR(found->comparison.difference.mean,
              longer.result.metric("T_int").mean - reference.result.metric("T_int").mean, 1e-9);
  EXPECT_EQ(longer.result.difference("T_int", "random"), nullptr);
}

TEST_F(EvaluationTest, RanksPoliciesOfOneLeaveRuleAndNoOracle) {
  std::vector<EvaluationResult> rows(6);
  const std::vector<double> means = {3, 5, 5, 1, 9, 4};
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].metrics.emplace_back("R_cum", Interval{means[i], 0, 10});
    rows[i].leave_rule = i < 4 ? "lerl" : "lerl_slots";
  }
  rows[1].oracle = true;
  RankRows(rows);
  std::vector<int64_t> ranks;
  for (const EvaluationResult& row : rows) ranks.push_back(row.rank.value_or(0));
  EXPECT_THAT(ranks, testing::ElementsAre(2, 0, 1, 3, 1, 2));
}

TEST_F(EvaluationTest, RefusesOtherUsersAndSessionsThatAreNotWhole) {
  std::vector<SessionLog> logs = {RandomLog(dataset_, {}, 1), RandomLog(dataset_, {}, 2)};
  std::swap(logs[1].user[0], logs[1].user[1]);
  EXPECT_THROW(Evaluate("a", {1, 2}, logs, {dataset_, split_, vectors_}), CheckFailure);
  logs = {RandomLog(dataset_, {}, 1)};
  logs[0].terminated[3] = 0;
  EXPECT_THROW(Evaluate("a", {1}, logs, {dataset_, split_, vectors_}), CheckFailure);
}

TEST_F(EvaluationTest, IsInvalidAboveFivePercentFallbacks) {
  EvaluationResult result;
  result.plans = {.fresh = 94, .kept = 1000, .fallback = 5};
  EXPECT_FALSE(result.valid());
  result.plans.fresh = 95;
  EXPECT_TRUE(result.valid());
  result.invalid_run = "7% of the plans of training are fallbacks";
  EXPECT_FALSE(result.valid());
}

TEST_F(EvaluationTest, CountsWhereThePlansCameFrom) {
  const Dataset dataset = DatasetOf({{0}, {1}, {2}, {3}}, 4, 2);
  SessionLog log = LogOf({{{0}, {1}, {2}, {3}}, {{0}, {1}}}, 4);
  log.origin[2] = static_cast<uint8_t>(PlanOrigin::kKept);
  const std::vector<float> vectors(8, 0.5f);
  const EvaluationResult result =
      Evaluate("a", {1}, {log}, {dataset, EmptySplit(dataset), vectors}).result;
  EXPECT_EQ(result.plans.kept, 1);
  EXPECT_EQ(result.plans.rule, 5);
}

TEST(PlanOrigins, AreAddedOriginByOrigin) {
  PlanOrigins sum, other;
  for (int origin = 0; origin < kPlanOrigins; ++origin) {
    sum[static_cast<PlanOrigin>(origin)] = origin;
    other[static_cast<PlanOrigin>(origin)] = 10;
  }
  sum += other;
  for (int origin = 0; origin < kPlanOrigins; ++origin)
    EXPECT_EQ(sum[static_cast<PlanOrigin>(origin)], 10 + origin);
}

TEST_F(EvaluationTest, WritesTheJsonThatProgramsRead) {
  Evaluation evaluation = Played("lerl", {}, 1);
  evaluation.result.commit = "abc";
  evaluation.result.config_hash = "0123";
  evaluation.result.kept_iterations = {5, 0, 40};
  AddDifferences(evaluation, Played("ppo", {}, 5));
  const json out = json::parse(ResultsJson({evaluation.result})).at(0);
  EXPECT_EQ(out["policy"], "lerl");
  EXPECT_EQ(out["users"], 30);
  EXPECT_EQ(out["seeds"], json({1, 2, 3}));
  EXPECT_EQ(out["commit"], "abc");
  EXPECT_EQ(out["kept_iterations"], json({5, 0, 40}));
  EXPECT_EQ(out["config_hash"], "0123");
  EXPECT_EQ(out["metrics"].size(), evaluation.result.metrics.size());
  EXPECT_EQ(out["metrics"]["T_int"].size(), 3u);
  EXPECT_EQ(out["plans"].size(), 6u);
  EXPECT_EQ(out["valid"], true);
  EXPECT_EQ(out["differences"][0]["against"], "ppo");
  EXPECT_TRUE(out["differences"][0]["difference"].contains("low"));
  EXPECT_EQ(json(out.get<EvaluationResult>()), out);
  EXPECT_FALSE(out.contains("invalid_run"));
  evaluation.result.invalid_run = "7% of the plans of training are fallbacks";
  const json invalid = json(evaluation.result);
  EXPECT_EQ(invalid["valid"], false);
  EXPECT_EQ(json(invalid.get<EvaluationResult>()), invalid);
}

}  // namespace
}  // namespace lerl
