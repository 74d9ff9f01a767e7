#include "lerl/events/sql_records.h"

#include <gmock/gmock.h>

#include "lerl/events/migrations.h"
#include "lerl/events/sqlite_connection.h"
#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

// Tables in a file, without a store around them.
class SqlRecordsTest : public ::testing::Test {
 protected:
  SqlRecordsTest() { Migrate(sql_, "test"); }
  TestFolder folder_;
  SqliteConnection sql_{folder_.Write("a.db", ""), 1000, false};
};

TEST_F(SqlRecordsTest, SayWhetherAChangeIsToBeKept) {
  AddSessionRow(sql_, SessionNamed("s"));
  EXPECT_FALSE(AddSlateRow(sql_, SlateOf("s", 1)));
  EXPECT_TRUE(AddSlateRow(sql_, SlateOf("s", 0)));
  std::vector<FeedbackOutcome> outcomes;
  const std::vector<FeedbackRecord> known = {FeedbackOf("s", "e")};
  EXPECT_TRUE(AddFeedbackRows(sql_, known, outcomes));
  EXPECT_FALSE(AddFeedbackRows(sql_, known, outcomes));
  std::vector<FeedbackRecord> conflict = {FeedbackOf("s", "f"), FeedbackOf("s", "e")};
  conflict[1].item = "b";
  EXPECT_FALSE(AddFeedbackRows(sql_, conflict, outcomes));
  EXPECT_THAT(outcomes,
              ::testing::ElementsAre(FeedbackOutcome::kAdded, FeedbackOutcome::kConflict));
}

TEST_F(SqlRecordsTest, KnowTheirOwnWorkWhereItIsDoneAgain) {
  AddSessionRow(sql_, SessionNamed("s"));
  AddSlateRow(sql_, SlateOf("s", 0));
  std::vector<FeedbackOutcome> outcomes;
  const std::vector<FeedbackRecord> twice(2, FeedbackOf("s", "e"));
  AddFeedbackRows(sql_, {&twice[0], 1}, outcomes);
  EndSessionRow(sql_, "s", 5000, "client");
  sql_.set_again(true);
  EXPECT_TRUE(AddSlateRow(sql_, SlateOf("s", 0)));
  SlateRecord another = SlateOf("s", 0);
  another.request = "another";
  EXPECT_FALSE(AddSlateRow(sql_, another));
  EXPECT_FALSE(AddFeedbackRows(sql_, twice, outcomes));  // there is nothing to keep
  EXPECT_THAT(outcomes,
              ::testing::ElementsAre(FeedbackOutcome::kAdded, FeedbackOutcome::kRepeated));
  const std::vector<FeedbackRecord> later = {FeedbackOf("s", "e", 9999)};
  AddFeedbackRows(sql_, later, outcomes);
  EXPECT_THAT(outcomes, ::testing::ElementsAre(FeedbackOutcome::kRepeated));
  EXPECT_TRUE(EndSessionRow(sql_, "s", 5000, "client"));
  EXPECT_FALSE(EndSessionRow(sql_, "s", 5001, "client"));
  EXPECT_EQ(FindSessionRow(sql_, "s")->steps, 1);
}

TEST_F(SqlRecordsTest, DeleteAtMostSoMany) {
  for (const char* id : {"a", "b", "c"}) AddSessionRow(sql_, SessionNamed(id));
  EXPECT_EQ(DeleteRowsBefore(sql_, 9000, 2), 2);
  EXPECT_EQ(DeleteRowsBefore(sql_, 9000, 2), 1);
  EXPECT_EQ(CountRows(sql_).sessions, 0);
}

TEST_F(SqlRecordsTest, SessionsFollowOneThatIsNamed) {
  for (const char* id : {"a", "b", "c"}) AddSessionRow(sql_, SessionNamed(id));
  const std::vector<SessionRecord> after = SessionRowsAfter(sql_, 1000, "a", 1001, 9);
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after[0].id, "b");
}

}  // namespace
}  // namespace lerl
