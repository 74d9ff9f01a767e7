#include "lerl/eval/metrics/coverage.h"

#include <gmock/gmock.h>

#include "lerl/eval/statistics.h"
#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

TEST(Coverage, IsTheShareOfItemsThatAnySessionShows) {
  const Dataset dataset = DatasetOf({{0}, {0}, {0}, {0}}, 1, 2);
  const SessionLog log = LogOf({{{2, 0}, {0, 1}}, {{2, 1}}}, 1);
  EXPECT_EQ(MakeCrossedTable({Coverage(log, {dataset, {}})}).estimate, 0.75);
  EXPECT_EQ(MakeCrossedTable({CoveragePerShown(log, {dataset, {}})}).estimate, 0.5);  // 3 of 6
}

TEST(Coverage, IsOfTheItemsThatTheTaskShows) {
  const Dataset dataset = DatasetOf({{0}, {0}, {0}, {0}}, 1, 2);
  SessionLog log = LogOf({{{2}}, {{3}}}, 1);
  log.never_shown = {1, 0, 0, 0};
  EXPECT_DOUBLE_EQ(MakeCrossedTable({Coverage(log, {dataset, {}})}).estimate, 2.0 / 3);
}

// Without the first user 2 of 4 items are covered, without the second 3: cells .75 -+ .125.
TEST(Coverage, TellsWhatEachUserAddsToIt) {
  const Dataset dataset = DatasetOf({{0}, {0}, {0}, {0}}, 1, 2);
  const SessionLog log = LogOf({{{2, 0}, {0, 1}}, {{2, 1}}}, 1);
  EXPECT_THAT(MakeCrossedTable({Coverage(log, {dataset, {}})}).cells,
              testing::ElementsAre(0.875, 0.625));
}

}  // namespace
}  // namespace lerl
