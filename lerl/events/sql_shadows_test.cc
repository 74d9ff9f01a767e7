#include "lerl/events/sql_shadows.h"

#include <gmock/gmock.h>

#include "lerl/events/migrations.h"
#include "lerl/events/sql_records.h"
#include "lerl/events/sqlite_connection.h"
#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

TEST(SqlShadows, KnowTheirOwnWorkWhereItIsDoneAgain) {
  const TestFolder folder;
  SqliteConnection sql(folder.Write("a.db", ""), 1000, false);
  Migrate(sql, "test");
  AddSessionRow(sql, SessionNamed("s"));
  AddSlateRow(sql, SlateOf("s", 0));
  ShadowRecord shadow{.session = "s", .step = 0, .policy = "p", .version = "v"};
  EXPECT_TRUE(AddShadowRow(sql, shadow));
  EXPECT_FALSE(AddShadowRow(sql, shadow));
  sql.set_again(true);
  EXPECT_TRUE(AddShadowRow(sql, shadow));
  shadow.version = "another";
  EXPECT_FALSE(AddShadowRow(sql, shadow));
  EXPECT_EQ(ShadowRows(sql, "s").size(), 1U);
}

}  // namespace
}  // namespace lerl
