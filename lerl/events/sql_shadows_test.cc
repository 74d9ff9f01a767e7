#include "lerl/events/sql_shadows.h"

#include <gmock/gmock.h>

#include "lerl/events/migrations.h"
#include "lerl/events/sql_records.h"
#include "lerl/events/sqlite_connection.h"
#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

using ::testing::IsEmpty;

class StoredShadowsTest : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(, StoredShadowsTest, ::testing::Values("sqlite", "postgres"), NameOfStore);

ShadowRecord ShadowOf(const std::string& session, int32_t step, const std::string& policy) {
  return {.session = session,
          .step = step,
          .policy = policy,
          .version = "v2",
          .chosen_us = 2100,
          .items = {"c", "a"},
          .probabilities = {0.25, 1.0 / 7},
          .shown_probabilities = {0.125, 0}};
}

TEST_P(StoredShadowsTest, KeepsTheShadowsOfASlateOnce) {
  const auto store = Open();
  EXPECT_FALSE(store->AddShadow(ShadowOf("s", 0, "b")));
  store->AddSession(SessionNamed("s"));
  EXPECT_FALSE(store->AddShadow(ShadowOf("s", 0, "b")));
  store->AddSlate(SlateOf("s", 0));
  store->AddSlate(SlateOf("s", 1));
  EXPECT_TRUE(store->AddShadow(ShadowOf("s", 1, "b")));
  EXPECT_TRUE(store->AddShadow(ShadowOf("s", 0, "c")));
  EXPECT_TRUE(store->AddShadow(ShadowOf("s", 0, "b")));
  EXPECT_FALSE(store->AddShadow(ShadowOf("s", 0, "b")));
  const std::vector<ShadowRecord> expected = {ShadowOf("s", 0, "b"), ShadowOf("s", 0, "c"),
                                              ShadowOf("s", 1, "b")};
  EXPECT_EQ(store->Shadows("s"), expected);
  EXPECT_EQ(AllSessions(*store).at(0).shadows, expected);
  store->DeleteUser("ann");
  EXPECT_THAT(store->Shadows("s"), IsEmpty());
}

TEST_P(StoredShadowsTest, ImportsTheShadowsThatAreLacking) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  store->AddSlate(SlateOf("s", 0));
  StoredSession stored = AllSessions(*store).at(0);
  stored.shadows = {ShadowOf("s", 0, "b")};
  EXPECT_EQ(store->Import({&stored, 1}), 1);
  EXPECT_EQ(store->Import({&stored, 1}), 0);
  EXPECT_EQ(AllSessions(*store).at(0), stored);
}

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
