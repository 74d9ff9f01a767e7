#include "lerl/eval/audit/plan_figures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace lerl {
namespace {

// One seed, one user, two states, three categories.
TEST(PlanFigures, AreMeansOverTheStatesOfAUser) {
  const CategoryCounts next{.rows = {}, .liked = {3, 1, 0}};
  const CategoryCounts everyone{.rows = {}, .liked = {10, 10, 20}};
  const std::vector<float> worth = {0, 1, 0};
  const SlotPlan first{.plan = {1, 1, 0}, .ranking = {0, 1}, .reason = {}};
  const SlotPlan second{.plan = {0, 1, 1},
                        .ranking = {2},
                        .origin = PlanOrigin::kFallback,
                        .reason = "why",
                        .widened = 1};
  PlanFigures figures(1, 1, 2, 3);
  figures.Add(0, 0, {first, nullptr, next, worth, everyone});
  figures.Add(0, 0, {second, &first.plan, next, worth, everyone});
  std::map<std::string, double> of;
  for (const auto& [name, table] : figures.Tables()) of[name] = table.estimate;
  EXPECT_NEAR(of["NDCG@5"], (1 + 0) / 2.0, 1e-9);
  EXPECT_NEAR(of["NDCG@5 truth"], (1 / std::log2(3) + 0) / 2, 1e-9);
  EXPECT_NEAR(of["recall@5"], (1 + 0) / 2.0, 1e-9);
  EXPECT_NEAR(of["repeats"], 1 / 2.0, 1e-9);  // of the second plan alone
  // Shares of likes .25 .25 .5: means over the plans .25 and .375, times three categories.
  EXPECT_NEAR(of["popularity"], 3 * (0.25 + 0.375) / 2, 1e-9);
  EXPECT_NEAR(of["invalid"], 1 / 2.0, 1e-9);
  EXPECT_NEAR(of["widened"], 1 / 2.0, 1e-9);
  EXPECT_NEAR(of["coverage"], 1, 1e-9);
}

TEST(PlanFigures, JudgesTheFirstFiveOfARanking) {
  const CategoryCounts next{.rows = {}, .liked = {1, 0, 0, 0, 0, 1}};
  const std::vector<float> worth(6, 1);
  const SlotPlan plan{.plan = {1, 0, 0, 0, 0, 0}, .ranking = {0, 1, 2, 3, 4, 5}, .reason = {}};
  PlanFigures figures(1, 1, 2, 6);
  for (int state = 0; state < 2; ++state)
    figures.Add(0, 0, {plan, state == 0 ? nullptr : &plan.plan, next, worth, next});
  double recall = 0;
  for (const auto& [name, table] : figures.Tables())
    recall += name == "recall@5" ? table.estimate : 0;
  EXPECT_NEAR(recall, 0.5, 1e-9);
}

}  // namespace
}  // namespace lerl
