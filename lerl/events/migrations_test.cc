#include "lerl/events/migrations.h"

#include <gmock/gmock.h>

#include <thread>

#include "lerl/events/postgres_connection.h"
#include "lerl/events/sqlite_connection.h"
#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

// What a store of version 1 held: one session with a slate and an answer.
constexpr const char* kVersion1Rows = R"(
INSERT INTO lerl_sessions VALUES ('s', 'ann', 'lerl', 7, 1000, 0, '', 1, 1);
INSERT INTO lerl_slates VALUES ('s', 0, 2000, 'r', 'v1', '["a","b"]', '[0.5,0.25]',
  -2.0794415416798, 0.7, 100, 'c', 'p', '["Drama"]', 'fresh', '');
INSERT INTO lerl_feedback VALUES ('e', 's', 1, 0, 'a', '{"like":1.0}', 2900, 3000);
UPDATE lerl_store SET version = 1;
)";

class MigrationsTest : public StoreTest {
 protected:
  bool IsPostgres() const { return GetParam() == "postgres"; }
  std::string File() const { return (folder_.path() / "events.db").string(); }
  // Runs SQL beside every store.
  void Script(const std::string& text) {
    if (IsPostgres()) {
      PostgresConnection(config_.url, config_).Script(text);
      return;
    }
    if (!std::filesystem::exists(File())) folder_.Write("events.db", "");
    SqliteConnection(File(), 1000, false).Script(text);
  }
  void MakeVersion1() {
    const Migration& first = Migrations()[0];
    Script(std::string(IsPostgres() ? first.postgres : first.sqlite) + kVersion1Rows);
    if (!IsPostgres()) Script("PRAGMA application_id = 1279611468;");
  }
};
INSTANTIATE_TEST_SUITE_P(, MigrationsTest, ::testing::Values("sqlite", "postgres"), NameOfStore);

TEST_P(MigrationsTest, BringAStoreOfVersion1UpToDate) {
  MakeVersion1();
  const auto store = Open();
  store->Ping();                                // writes what version 2 added
  EXPECT_TRUE(store->SetWithdrawn("a", 5000));  // and this what version 3 did
  EXPECT_EQ(store->FindSession("s")->steps, 1);
  ASSERT_EQ(store->Slates("s", 0).size(), 1U);
  EXPECT_EQ(store->Slates("s", 0)[0].probabilities, (std::vector{0.5, 0.25}));
  EXPECT_EQ(store->Feedback("s", 0)[0].behaviours.at("like"), 1);
  EXPECT_EQ(AddOne(*store, FeedbackOf("s", "e2"))[0], FeedbackOutcome::kAdded);
}

TEST_P(MigrationsTest, AreMadeOnceWhereManyStart) {
  MakeVersion1();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([this] { Open()->Ping(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Open()->Size().feedback, 1);
}

TEST_P(MigrationsTest, RefuseAStoreOfANewerVersion) {
  Open();
  Script("UPDATE lerl_store SET version = 99;");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [this] { Open(); }),
              HasSubstr("written by a newer version of this program (its tables have version 99"));
}

TEST_P(MigrationsTest, LeaveAStoreThatIsUpToDateAlone) {
  Open()->AddSession(SessionNamed("s"));
  EXPECT_EQ(Open()->Size().sessions, 1);
}

}  // namespace
}  // namespace lerl
