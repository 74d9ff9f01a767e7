#include "lerl/events/postgres_store.h"

#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "lerl/testing/event_store_conformance.h"
#include "lerl/testing/writer_process.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

class PostgresStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::Get();
    if (server_ == nullptr) GTEST_SKIP() << "postgresql-15 is not installed";
    config_ = server_->FreshStore();
    config_.connect_ms = 60000;
  }
  std::set<std::string> EventsIn(EventStore& store) {
    std::set<std::string> events;
    for (const StoredSession& stored : AllSessions(store)) {
      int64_t number = 0;
      for (const FeedbackRecord& record : stored.feedback) {
        EXPECT_TRUE(events.insert(record.event).second) << record.event;
        EXPECT_EQ(record.number, ++number);
      }
      EXPECT_EQ(store.FindSession(stored.session.id)->feedback, number);
    }
    return events;
  }
  // Writes from eight threads while `disturb` runs. Every call must come through, and say that it
  // was the one that wrote.
  void WriteThrough(const std::function<void()>& disturb) {
    PostgresStore store(config_.url, config_);
    std::atomic<bool> stop{false};
    std::atomic<int64_t> written{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        const std::string session = "s" + std::to_string(t);
        store.AddSession(SessionNamed(session));
        for (int32_t i = 0; !stop; ++i) {
          const std::string event = session + "-" + std::to_string(i);
          EXPECT_EQ(AddOne(store, FeedbackOf(session, event))[0], FeedbackOutcome::kAdded);
          EXPECT_TRUE(store.AddSlate(SlateOf(session, i)));
          ++written;
        }
      });
    }
    while (written < 50) std::this_thread::yield();
    disturb();
    const int64_t before = written;
    while (written < before + 50) std::this_thread::yield();
    stop = true;
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(static_cast<int64_t>(EventsIn(store).size()), written);
    EXPECT_EQ(store.Size().slates, written);
  }

  PostgresServer* server_ = nullptr;
  StoreConfig config_;
};

TEST_F(PostgresStoreTest, WritesOnceThroughARestartUnderLoad) {
  WriteThrough([this] {
    server_->Stop();
    server_->Start();
  });
}

TEST_F(PostgresStoreTest, WritesOnceThroughACrashUnderLoad) {
  WriteThrough([this] {
    for (int round = 0; round < 2; ++round) {
      server_->Crash();
      server_->Start();
    }
  });
}

TEST_F(PostgresStoreTest, WritesOnceWhereConnectionsAreCut) {
  WriteThrough([this] {
    PostgresConnection other(config_.url, config_);
    for (int round = 0; round < 20; ++round)
      other.Script(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
          "pid <> pg_backend_pid() AND application_name = 'lerl'");
  });
}

TEST_F(PostgresStoreTest, GoesOnAfterARestartInBetween) {
  PostgresStore store(config_.url, config_);
  store.AddSession(SessionNamed("s"));
  server_->Stop();
  server_->Start();
  EXPECT_TRUE(store.FindSession("s").has_value());
  EXPECT_TRUE(store.AddSlate(SlateOf("s", 0)));
}

TEST_F(PostgresStoreTest, SaysThatTheServerIsGoneAndGoesOnOnceItIsBack) {
  config_.connect_ms = 0;
  PostgresStore store(config_.url, config_);
  store.AddSession(SessionNamed("s"));
  server_->Stop();
  EXPECT_THAT(ErrorOf(ErrorKind::kIo, [&] { store.Ping(); }), HasSubstr("try again"));
  EXPECT_THAT(ErrorOf(ErrorKind::kIo, [&] { store.FindSession("s"); }), HasSubstr("try again"));
  server_->Start();
  store.Ping();
  EXPECT_TRUE(store.FindSession("s").has_value());
}

TEST_F(PostgresStoreTest, KeepsWhatItTookThroughAKillOfTheWriter) {
  std::set<std::string> taken;
  {
    WriterProcess writer([this](const WriterProcess::Acknowledge& acknowledge) {
      PostgresStore store(config_.url, config_);
      store.AddSession(SessionNamed("s"));
      for (int i = 0; i < 100000; ++i) {
        const std::string event = "e" + std::to_string(i);
        if (AddOne(store, FeedbackOf("s", event))[0] == FeedbackOutcome::kAdded) acknowledge(event);
      }
    });
    writer.WaitFor(50);
    writer.Kill();
    taken = writer.Events();
  }
  EXPECT_GE(taken.size(), 50U);
  PostgresStore store(config_.url, config_);
  EXPECT_THAT(EventsIn(store), IsSupersetOf(taken));
}

TEST_F(PostgresStoreTest, IsBusyWhileAnotherHoldsASession) {
  config_.busy_ms = 50;
  PostgresStore store(config_.url, config_);
  store.AddSession(SessionNamed("s"));
  PostgresConnection other(config_.url, config_);
  other.Script("BEGIN; SELECT * FROM lerl_sessions FOR UPDATE");
  ErrorOf(ErrorKind::kBusy, [&] { AddOne(store, FeedbackOf("s", "e")); });
  ErrorOf(ErrorKind::kBusy, [&] { store.AddSlate(SlateOf("s", 0)); });
  EXPECT_TRUE(store.FindSession("s").has_value());
  other.Script("ROLLBACK");
  EXPECT_EQ(AddOne(store, FeedbackOf("s", "e"))[0], FeedbackOutcome::kAdded);
}

TEST_F(PostgresStoreTest, OpensNoMoreConnectionsThanItMay) {
  config_.connections = 3;
  PostgresStore store(config_.url, config_);
  store.AddSession(SessionNamed("s"));
  std::vector<std::thread> threads;
  for (int t = 0; t < 12; ++t)
    threads.emplace_back([&, t] { AddOne(store, FeedbackOf("s", "e" + std::to_string(t))); });
  for (std::thread& thread : threads) thread.join();
  PostgresConnection other(config_.url, config_);
  const SqlStatement count{.name = "count",
                           .text = "",
                           .postgres =
                               "SELECT COUNT(*) FROM pg_stat_activity WHERE "
                               "application_name = 'lerl' AND pid <> pg_backend_pid()"};
  EXPECT_LE(other.Run(count)[0].Count(0), 3);
  EXPECT_EQ(store.Size().feedback, 12);
}

}  // namespace
}  // namespace lerl
