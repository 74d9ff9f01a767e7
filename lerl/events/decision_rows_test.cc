#include "lerl/events/decision_rows.h"

#include <gmock/gmock.h>

#include "lerl/events/migrations.h"
#include "lerl/events/sqlite_connection.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

TEST(DecisionRows, KnowTheirOwnWorkWhereItIsDoneAgain) {
  const TestFolder folder;
  SqliteConnection sql(folder.Write("a.db", ""), 1000, false);
  Migrate(sql, "test");
  const DecisionRecord worse{.experiment = "1", .policy = "b", .outcome = "worse", .decided_us = 7};
  EXPECT_TRUE(AddDecisionRow(sql, worse));
  EXPECT_FALSE(AddDecisionRow(sql, worse));
  sql.set_again(true);
  EXPECT_TRUE(AddDecisionRow(sql, worse));
  DecisionRecord later = worse;
  later.decided_us = 8;
  EXPECT_FALSE(AddDecisionRow(sql, later));
  EXPECT_THAT(DecisionRows(sql, "1"), testing::ElementsAre(worse));
}

}  // namespace
}  // namespace lerl
