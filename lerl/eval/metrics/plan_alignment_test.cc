#include "lerl/eval/metrics/plan_alignment.h"

#include <gmock/gmock.h>

#include <cmath>

#include "lerl/base/index.h"
#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

// One session of as many steps as plans, over categories worth .1, .5, .9 and .3.
SessionLog Planned(const std::vector<std::vector<int16_t>>& rankings, size_t plan_size) {
  SessionLog log = LogOf({std::vector<std::vector<int32_t>>(rankings.size(), {0})}, 4);
  log.AddTruth();
  for (size_t t = 0; t < rankings.size(); ++t) {
    const std::vector<float> worth = {0.1f, 0.5f, 0.9f, 0.3f};
    std::copy(worth.begin(), worth.end(), log.truth.worth.begin() + static_cast<int64_t>(4 * t));
    for (size_t j = 0; j < rankings[t].size(); ++j) {
      log.ranking[4 * t + j] = rankings[t][j];
      if (j < plan_size) log.plan[4 * t + At(rankings[t][j])] = 1;
    }
  }
  return log;
}

TEST(PlanAlignment, IsTheNdcgOfThePlannedCategoriesByWhatTheyAreWorth) {
  const Dataset dataset = DatasetOf({{0}}, 4, 1);
  const Split split = EmptySplit(dataset);
  // Gains 0, .5, 1 and .25.
  const SessionLog log = Planned({{2, 1, 3, 0}, {1, 2}, {0, 3, 2}}, 2);
  const double second = 1 / std::log2(3.0), ideal = 1 + 0.5 * second;
  const SessionValues values = PlanAlignment(log, {dataset, split});
  EXPECT_THAT(values.numerator,
              ElementsAre(DoubleNear(1 + (0.5 + second) / ideal + 0.25 * second / ideal, 1e-6)));
  EXPECT_THAT(values.denominator, ElementsAre(3));
}

TEST(PlanAlignment, TakesInCategoriesThatWereAddedByWidening) {
  const Dataset dataset = DatasetOf({{0}}, 4, 1);
  const Split split = EmptySplit(dataset);
  SessionLog log = Planned({{2}}, 1);
  log.plan[1] = 1;  // not ranked
  EXPECT_THAT(PlanAlignment(log, {dataset, split}).numerator, ElementsAre(DoubleNear(1, 1e-6)));
}

TEST(PlanAlignment, HasNoFigureWithoutAPlanOrWithoutTheTruth) {
  const Dataset dataset = DatasetOf({{0}}, 4, 1);
  const Split split = EmptySplit(dataset);
  EXPECT_TRUE(PlanAlignment(Planned({{0, 1, 2, 3}}, 4), {dataset, split}).empty());
  SessionLog log = Planned({{0, 1}}, 2);
  log.truth = {};
  EXPECT_TRUE(PlanAlignment(log, {dataset, split}).empty());
}

}  // namespace
}  // namespace lerl
