#include "lerl/eval/metrics/return_days.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::ElementsAre;

// Two visits of two steps, and one of three; the user came back after 1, 4 and 1 days.
TEST(ReturnDays, AreMeansOverVisits) {
  const Dataset dataset = DatasetOf({{0}}, 1, 2);
  SessionLog log = LogOf({{{0}, {0}, {0}, {0}}, {{0}, {0}, {0}}}, 1);
  log.return_days[1] = 1;
  log.return_days[3] = 4;
  log.return_days[log.Cell(1, 2)] = 1;
  EXPECT_THAT(ReturnDays(log, {dataset, {}}).numerator, ElementsAre(5, 1));
  EXPECT_THAT(ReturnDays(log, {dataset, {}}).denominator, ElementsAre(2, 1));
  EXPECT_THAT(Retention(log, {dataset, {}}).numerator, ElementsAre(1, 1));
  EXPECT_THAT(VisitReturn(log, {dataset, {}}).numerator, ElementsAre(2, 1.5));
  EXPECT_THAT(VisitReturn(log, {dataset, {}}).denominator, ElementsAre(2, 1));
}

TEST(ReturnDays, HaveNoFigureInTasksWithoutVisits) {
  const Dataset dataset = DatasetOf({{0}}, 1, 1);
  EXPECT_TRUE(ReturnDays(LogOf({{{0}}}, 1), {dataset, {}}).empty());
}

}  // namespace
}  // namespace lerl
