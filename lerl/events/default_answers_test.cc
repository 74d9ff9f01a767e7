#include "lerl/events/default_answers.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

#include "lerl/events/migrations.h"
#include "lerl/events/sql_records.h"
#include "lerl/events/sqlite_connection.h"
#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

class DefaultAnswersTest : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(, DefaultAnswersTest, ::testing::Values("sqlite", "postgres"),
                         NameOfStore);

TEST_P(DefaultAnswersTest, AreGivenForThoseWhoSaidNothing) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  store->AddSession(SessionNamed("t"));
  store->AddSlate(SlateOf("s", 0, 2000));
  store->AddSlate(SlateOf("s", 1, 4000));
  store->AddSlate(SlateOf("t", 0, 2500));
  AddOne(*store, FeedbackOf("s", "e"));  // of step 0 and item "a"
  const std::map<std::string, double> what = {{"like", 0}};
  // 1. Two slates are due; of one an item was answered.
  const EventStore::DefaultAnswers first = store->AnswerByDefault(3000, 9000, what, 10);
  EXPECT_EQ(first.slates, 2);
  EXPECT_EQ(first.answers, 3);
  EXPECT_THAT(first.sessions, ElementsAre("s", "t"));
  const std::vector<FeedbackRecord> said = store->Feedback("s", 1);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0], (FeedbackRecord{.event = "default:s:0:1",
                                     .session = "s",
                                     .step = 0,
                                     .item = "b",
                                     .behaviours = what,
                                     .received_us = 9000,
                                     .number = 2}));
  EXPECT_EQ(store->FindSession("t").value_or(SessionState{}).feedback, 2);
  // 2. No slate is looked at twice, and one that is not due is left.
  EXPECT_EQ(store->AnswerByDefault(3000, 9000, what, 10).slates, 0);
  EXPECT_EQ(store->AnswerByDefault(4001, 9000, what, 0).slates, 0);
  EXPECT_EQ(store->AnswerByDefault(4001, 9000, what, 10).answers, 2);
  // 3. An answer that is late is the newest, and one of a session that has ended is given too.
  FeedbackRecord late = FeedbackOf("s", "late");
  late.item = "b";
  EXPECT_THAT(AddOne(*store, late), ElementsAre(FeedbackOutcome::kAdded));
  EXPECT_EQ(store->Feedback("s", 0).back().event, "late");
}

TEST_P(DefaultAnswersTest, AreGivenWithinItsBoundTheOldestFirst) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  for (int32_t step = 0; step < 5; ++step) store->AddSlate(SlateOf("s", step, 2000 + step));
  EXPECT_EQ(store->AnswerByDefault(9000, 9000, {{"like", 0}}, 3).slates, 3);
  EXPECT_EQ(store->Feedback("s", 0).size(), 6U);
  EXPECT_EQ(store->Feedback("s", 0).back().step, 2);
  EXPECT_EQ(store->AnswerByDefault(9000, 9000, {{"like", 0}}, 3).slates, 2);
}

// Twelve threads answer by default for one store: each item is answered once.
TEST_P(DefaultAnswersTest, AreGivenOnceByManyAtATime) {
  const auto store = Open();
  constexpr int kSessions = 20;
  for (int n = 0; n < kSessions; ++n) {
    const std::string id = "s" + std::to_string(n);
    store->AddSession(SessionNamed(id));
    store->AddSlate(SlateOf(id, 0, 2000 + n));
  }
  std::atomic<int64_t> answers = 0, slates = 0;
  std::vector<std::thread> threads;
  threads.reserve(12);
  for (int n = 0; n < 12; ++n)
    threads.emplace_back([&] {
      for (int turn = 0; turn < kSessions; ++turn) {
        const auto given = store->AnswerByDefault(9000, 9000, {{"like", 0}}, 3);
        slates += given.slates;
        answers += given.answers;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(slates, kSessions);
  EXPECT_EQ(answers, 2 * kSessions);
  EXPECT_EQ(store->Size().feedback, 2 * kSessions);
}

// What a lost connection may have committed is not done twice.
TEST(DefaultAnswerRows, AreNotGivenAgain) {
  const TestFolder folder;
  SqliteConnection sql(folder.Write("a.db", ""), 1000, false);
  Migrate(sql, "test");
  AddSessionRow(sql, SessionNamed("s"));
  AddSlateRow(sql, SlateOf("s", 0));
  EXPECT_EQ(AnswerRowsByDefault(sql, 9000, 9000, {{"like", 0}}, 10).answers, 2);
  sql.set_again(true);
  EXPECT_EQ(AnswerRowsByDefault(sql, 9000, 9000, {{"like", 0}}, 10).answers, 0);
  EXPECT_EQ(FeedbackRows(sql, "s", 0).size(), 2U);
}

}  // namespace
}  // namespace lerl
