#include "lerl/events/migrations.h"

#include <gmock/gmock.h>

#include <thread>

#include "lerl/events/postgres_connection.h"
#include "lerl/events/sqlite_connection.h"
#include "lerl/testing/event_store_conformance.h"
#include "lerl/testing/old_stores.h"
#include "lerl/testing/writer_process.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MigrationsTest : public StoreTest {
 protected:
  bool IsPostgres() const { return GetParam() == "postgres"; }
  std::string File() const { return (folder_.path() / "events.db").string(); }
  // A connection beside every store.
  std::unique_ptr<Sql> Connect() {
    if (IsPostgres()) return std::make_unique<PostgresConnection>(config_.url, config_);
    if (!std::filesystem::exists(File())) folder_.Write("events.db", "");
    return std::make_unique<SqliteConnection>(File(), 1000, false);
  }
  // In place of the store of before.
  void MakeVersion(int version) {
    if (IsPostgres()) config_ = PostgresServer::Get()->FreshStore();
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      std::filesystem::remove(entry.path());
    MakeOldStore(*Connect(), version);
  }
};
INSTANTIATE_TEST_SUITE_P(, MigrationsTest, ::testing::Values("sqlite", "postgres"), NameOfStore);

TEST_P(MigrationsTest, BringAStoreOfEveryVersionUpToDate) {
  for (int version = 1; version < NewestStoreVersion(); ++version) {
    MakeVersion(version);
    const auto store = Open();
    EXPECT_THAT(AllSessions(*store), ElementsAre(Version1Session())) << version;
    store->Ping();                                // writes what version 2 added
    EXPECT_TRUE(store->SetWithdrawn("a", 5000));  // and this what version 6 did
    EXPECT_EQ(StoreVersion(*Connect()), NewestStoreVersion());
    EXPECT_EQ(AddOne(*store, FeedbackOf("s", "e2"))[0], FeedbackOutcome::kAdded);
  }
}

TEST_P(MigrationsTest, AreMadeOnceWhereManyStart) {
  MakeVersion(1);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([this] { Open()->Ping(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Open()->Size().feedback, 1);
}

// The last step of all fails after it has changed something.
TEST_P(MigrationsTest, LeaveTheStoreWhatItWasWhereOneFails) {
  MakeVersion(1);
  std::vector<Migration> steps(Migrations().begin(), Migrations().end());
  const char* broken =
      "UPDATE lerl_sessions SET user_name = 'bob'; DROP TABLE lerl_slates; BROKEN;";
  steps.push_back({.what = "broken", .sqlite = broken, .postgres = broken});
  {
    const std::unique_ptr<Sql> sql = Connect();
    sql->Script("BEGIN");
    EXPECT_ANY_THROW(Migrate(*sql, "the store", steps));
    sql->Script("ROLLBACK");
    EXPECT_EQ(StoreVersion(*sql), 1);
  }
  EXPECT_THAT(AllSessions(*Open()), ElementsAre(Version1Session()));
}

TEST_P(MigrationsTest, LeaveTheStoreWhatItWasWhereTheProgramIsKilled) {
  MakeVersion(1);
  {
    WriterProcess program([this](const WriterProcess::Acknowledge& acknowledge) {
      const std::unique_ptr<Sql> sql = Connect();
      sql->Script("BEGIN");
      Migrate(*sql, "the store");
      acknowledge("all but the end");
      std::this_thread::sleep_for(std::chrono::minutes(1));
    });
    program.WaitFor(1);
    program.Kill();
    EXPECT_EQ(program.Events().size(), 1U);
  }
  EXPECT_EQ(StoreVersion(*Connect()), 1);
  EXPECT_THAT(AllSessions(*Open()), ElementsAre(Version1Session()));
}

TEST_P(MigrationsTest, RefuseAStoreOfANewerVersion) {
  Open();
  Connect()->Script("UPDATE lerl_store SET version = 99;");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [this] { Open(); }),
              HasSubstr("written by a newer version of this program (its tables have version 99"));
}

TEST_P(MigrationsTest, LeaveAStoreThatIsUpToDateAlone) {
  Open()->AddSession(SessionNamed("s"));
  EXPECT_EQ(Open()->Size().sessions, 1);
}

}  // namespace
}  // namespace lerl
