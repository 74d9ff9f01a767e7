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

// Twelve threads answer by default for one store: each item is answered once.
class DefaultAnswersTest : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(, DefaultAnswersTest, ::testing::Values("sqlite", "postgres"),
                         NameOfStore);

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
