// What every store must do where calls meet each other, and with texts that break statements.

#include "lerl/events/sql_store.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cmath>
#include <thread>

#include "lerl/events/record_checks.h"
#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

class SqlStoreTest : public StoreTest {
 protected:
  // Runs `work` in eight threads, each with its number.
  static void InThreads(const std::function<void(int)>& work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
  }
};
INSTANTIATE_TEST_SUITE_P(, SqlStoreTest, ::testing::Values("sqlite", "postgres"), NameOfStore);

TEST_P(SqlStoreTest, OneOfManyAddsTheSlateOfAStep) {
  const auto store = Open();
  const auto other = Open();  // as another process would
  store->AddSession(SessionNamed("s"));
  for (int32_t step = 0; step < 5; ++step) {
    std::atomic<int> added{0};
    InThreads([&](int i) {
      SlateRecord slate = SlateOf("s", step);
      slate.request = std::to_string(i);
      if ((i % 2 == 0 ? store : other)->AddSlate(slate)) ++added;
    });
    EXPECT_EQ(added, 1);
  }
  EXPECT_EQ(store->Slates("s", 0).size(), 5U);
}

TEST_P(SqlStoreTest, OneOfManyAddsAnEventAndNumbersHaveNoGap) {
  const auto store = Open();
  const auto other = Open();
  store->AddSession(SessionNamed("s"));
  std::atomic<int> added{0}, repeated{0};
  InThreads([&](int i) {
    for (int k = 0; k < 5; ++k) {
      // Each event comes from all threads, in different orders.
      std::vector<FeedbackRecord> two = {FeedbackOf("s", "e" + std::to_string(k)),
                                         FeedbackOf("s", "f" + std::to_string(k))};
      if (i % 2 == 1) std::swap(two[0], two[1]);
      for (const FeedbackOutcome outcome : (i % 2 == 0 ? store : other)->AddFeedback(two))
        ++(outcome == FeedbackOutcome::kAdded ? added : repeated);
    }
  });
  EXPECT_EQ(added, 10);
  EXPECT_EQ(repeated, 70);
  const std::vector<FeedbackRecord> feedback = store->Feedback("s", 0);
  ASSERT_EQ(feedback.size(), 10U);
  for (size_t i = 0; i < feedback.size(); ++i)
    EXPECT_EQ(feedback[i].number, static_cast<int64_t>(i) + 1);
}

TEST_P(SqlStoreTest, EventsOfTwoSessionsThatMeetCountOnce) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  store->AddSession(SessionNamed("t"));
  std::atomic<int> conflicts{0};
  // In opposite orders, so that each waits for what the other has.
  InThreads([&](int i) {
    const std::string session = i % 2 == 0 ? "s" : "t";
    for (int k = 0; k < 5; ++k) {
      std::vector<FeedbackRecord> two = {FeedbackOf(session, "e" + std::to_string(k)),
                                         FeedbackOf(session, "f" + std::to_string(k))};
      if (i % 2 == 1) std::swap(two[0], two[1]);
      if (store->AddFeedback(two)[0] == FeedbackOutcome::kConflict) ++conflicts;
    }
  });
  EXPECT_EQ(conflicts, 20);
  EXPECT_EQ(store->Size().feedback, 10);
}

TEST_P(SqlStoreTest, AddingAndForgettingMeetWithoutATrace) {
  const auto store = Open();
  InThreads([&](int i) {
    const std::string id = "s" + std::to_string(i % 2);
    for (int k = 0; k < 5; ++k) {
      store->AddSession(SessionNamed(id));
      store->AddSlate(SlateOf(id, 0));
      AddOne(*store, FeedbackOf(id, "e" + id + std::to_string(k)));
      store->DeleteUser("ann");
    }
  });
  store->DeleteUser("ann");
  const StoreSize size = store->Size();
  EXPECT_EQ(size.sessions + size.slates + size.feedback, 0);
}

TEST_P(SqlStoreTest, VisitsWhileOthersWrite) {
  const auto store = Open();
  std::vector<StoredSession> many(200);
  for (size_t i = 0; i < many.size(); ++i)
    many[i].session = SessionNamed("s" + std::to_string(i), "ann", static_cast<int64_t>(i));
  store->Import(many);
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int k = 0; !stop; ++k) {
      const std::string id = "s" + std::to_string(k % 200);
      AddOne(*store, FeedbackOf(id, "e" + std::to_string(k)));
    }
  });
  for (int round = 0; round < 3; ++round) {
    int64_t visited = 0;
    store->ForEachSession(0, 200, [&](const StoredSession& stored) {
      EXPECT_EQ(stored.session.started_us, visited++);
      // A visit may use the store.
      EXPECT_TRUE(visited != 100 || store->FindSession(stored.session.id).has_value());
    });
    EXPECT_EQ(visited, 200);
  }
  stop = true;
  writer.join();
}

TEST_P(SqlStoreTest, KeepsHostileTexts) {
  const auto store = Open();
  const std::vector<std::string> texts = {"'; DROP TABLE lerl_sessions; --",
                                          "\"quoted\"",
                                          "$1 ?1 %s {}",
                                          "a\\b\\'",
                                          "line\nline\t\x01",
                                          "\xF0\x9F\x8E\xAC \xE2\x80\xAE rtl",
                                          std::string(kLongestId, 'x'),
                                          " ",
                                          "NULL",
                                          "1"};
  for (size_t i = 0; i < texts.size(); ++i) {
    const std::string& text = texts[i];
    SCOPED_TRACE(text);
    SessionRecord session = SessionNamed(text, text, static_cast<int64_t>(i));
    session.policy = text;
    store->AddSession(session);
    SlateRecord slate = SlateOf(text, 0);
    slate.items = {text, "b"};
    slate.plan = {text};
    slate.request = slate.version = slate.origin = slate.reason = text;
    EXPECT_TRUE(store->AddSlate(slate));
    FeedbackRecord feedback = FeedbackOf(text, text);
    feedback.item = text;
    feedback.behaviours = {{text, 2}};
    AddOne(*store, feedback);
    feedback.number = 1;
    EXPECT_EQ(store->FindSession(text)->session, session);
    EXPECT_EQ(store->Slates(text, 0), std::vector{slate});
    EXPECT_EQ(store->Feedback(text, 0), std::vector{feedback});
    EXPECT_EQ(store->SessionsOf(text, INT64_MAX, 9).size(), 1U);
  }
  EXPECT_EQ(AllSessions(*store).size(), texts.size());
  for (const std::string& text : texts) EXPECT_EQ(store->DeleteUser(text), 1);
}

TEST_P(SqlStoreTest, KeepsLongTexts) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  SlateRecord slate = SlateOf("s", 0);
  slate.reason = std::string(1 << 20, 'r');
  slate.items.clear();
  for (int n = 0; n < 5000; ++n) slate.items.push_back(std::to_string(n) + std::string(40, 'i'));
  slate.probabilities.assign(5000, 1.0 / 5000);
  EXPECT_TRUE(store->AddSlate(slate));
  EXPECT_EQ(store->Slates("s", 0), std::vector{slate});
}

TEST_P(SqlStoreTest, RefusesWhatNoStoreTakesAndChangesNothing) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  std::vector<FeedbackRecord> records = {FeedbackOf("s", "good"), FeedbackOf("s", "bad")};
  records[1].behaviours["like"] = NAN;
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { store->AddFeedback(records); }),
              HasSubstr("behaviours.like: not a finite number"));
  SlateRecord slate = SlateOf("s", 0);
  slate.items[0] = std::string("a\0b", 3);
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { store->AddSlate(slate); }),
              HasSubstr("items[0]: holds a zero byte"));
  ErrorOf(ErrorKind::kUsage, [&] { store->AddSession(SessionNamed("\xff")); });
  ErrorOf(ErrorKind::kUsage, [&] { store->EndSession("s", 1, ""); });
  EXPECT_EQ(store->Size().feedback + store->Size().slates, 0);
}

TEST_P(SqlStoreTest, KeepsTheLimitsOfNumbers) {
  const auto store = Open();
  SessionRecord session = SessionNamed("s", "ann", INT64_MAX - 1);
  session.seed = UINT64_MAX;
  store->AddSession(session);
  FeedbackRecord feedback = FeedbackOf("s", "e", INT64_MIN);
  feedback.happened_us = INT64_MAX;
  feedback.step = INT32_MAX;
  feedback.behaviours = {{"most", 1.7976931348623157e308}, {"least", 5e-324}, {"zero", -0.0}};
  AddOne(*store, feedback);
  feedback.number = 1;
  EXPECT_EQ(
      AllSessions(*store),
      (std::vector<StoredSession>{{.session = session, .slates = {}, .feedback = {feedback}}}));
}

TEST_P(SqlStoreTest, ImportsWhatIsLackingAndNothingTwice) {
  const auto store = Open();
  StoredSession stored{SessionNamed("s"), {SlateOf("s", 0)}, {FeedbackOf("s", "e0")}};
  EXPECT_EQ(store->Import({&stored, 1}), 1);
  EXPECT_EQ(store->Import({&stored, 1}), 0);
  stored.slates.push_back(SlateOf("s", 1));
  stored.feedback.push_back(FeedbackOf("s", "e1"));
  stored.session.ended_us = 9000;
  stored.session.end = "client";
  EXPECT_EQ(store->Import({&stored, 1}), 1);
  EXPECT_EQ(store->Import({&stored, 1}), 0);
  for (size_t i = 0; i < 2; ++i) stored.feedback[i].number = static_cast<int64_t>(i) + 1;
  EXPECT_EQ(AllSessions(*store), std::vector{stored});
}

TEST_P(SqlStoreTest, ImportsAllOrNothing) {
  const auto store = Open();
  const StoredSession known{SessionNamed("s"), {SlateOf("s", 0)}, {FeedbackOf("s", "e")}};
  store->Import({&known, 1});
  std::vector<StoredSession> wrong(5, known);
  wrong[0].session.user = "bob";
  wrong[1].slates[0].reason = "another";
  wrong[2].feedback[0].item = "b";
  wrong[3].slates.push_back(SlateOf("s", 1));
  wrong[4].session.ended_us = 9;
  wrong[4].session.end = "idle";
  store->EndSession("s", 5000, "client");
  for (const StoredSession& other : wrong) {
    const std::vector<StoredSession> two = {{SessionNamed("new"), {}, {}}, other};
    EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { store->Import(two); }), HasSubstr("session s: "));
  }
  EXPECT_EQ(store->Size().sessions, 1);
}

}  // namespace
}  // namespace lerl
