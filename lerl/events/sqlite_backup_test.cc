#include "lerl/events/sqlite_backup.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "lerl/base/file.h"
#include "lerl/events/sqlite_store.h"
#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

class SqliteBackupTest : public ::testing::Test {
 protected:
  SqliteBackupTest() { config_.busy_ms = 20000; }
  void BackUp() { BackUpSqlite(path_, copy_, config_.busy_ms); }
  std::vector<StoredSession> SessionsIn(const std::filesystem::path& path) {
    SqliteStore store(path, config_);
    return AllSessions(store);
  }

  TestFolder folder_;
  std::filesystem::path path_ = folder_.path() / "events.db", copy_ = folder_.path() / "copy.db";
  StoreConfig config_;
};

// What was acknowledged before the call is in the copy, numbered without a gap.
TEST_F(SqliteBackupTest, HoldsAllThatWasTakenBeforeItWhileOthersWrite) {
  SqliteStore store(path_, config_);
  std::mutex mutex;
  std::set<std::string> taken;
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const std::string session = "s" + std::to_string(t);
      store.AddSession(SessionNamed(session));
      for (int i = 0; !stop; ++i) {
        const std::string event = session + "-" + std::to_string(i);
        ASSERT_EQ(AddOne(store, FeedbackOf(session, event))[0], FeedbackOutcome::kAdded);
        const std::lock_guard lock(mutex);
        taken.insert(event);
      }
    });
  }
  const auto so_far = [&] {
    const std::lock_guard lock(mutex);
    return taken;
  };
  for (int round = 0; round < 3; ++round) {
    while (so_far().size() < 60U * (static_cast<size_t>(round) + 1)) std::this_thread::yield();
    const std::set<std::string> before = so_far();
    BackUp();
    std::set<std::string> copied;
    for (const StoredSession& stored : SessionsIn(copy_)) {
      int64_t number = 0;
      for (const FeedbackRecord& record : stored.feedback) {
        EXPECT_TRUE(copied.insert(record.event).second) << record.event;
        EXPECT_EQ(record.number, ++number);
      }
    }
    EXPECT_THAT(copied, IsSupersetOf(before));
    std::filesystem::remove(copy_);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_F(SqliteBackupTest, IsAStoreThatGoesOn) {
  {
    SqliteStore store(path_, config_);
    store.AddSession(SessionNamed("s"));
    ASSERT_TRUE(store.AddSlate(SlateOf("s", 0)));
    AddOne(store, FeedbackOf("s", "e"));
    BackUp();
  }
  EXPECT_EQ(SessionsIn(copy_), SessionsIn(path_));
  SqliteStore store(copy_, config_);
  EXPECT_TRUE(store.AddSlate(SlateOf("s", 1)));
  EXPECT_EQ(AddOne(store, FeedbackOf("s", "e"))[0], FeedbackOutcome::kRepeated);
  struct stat info {};
  ASSERT_EQ(::stat(copy_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(SqliteBackupTest, TakesThePlaceOfNothing) {
  const SqliteStore store(path_, config_);
  folder_.Write("copy.db", "of yesterday");
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [this] { BackUp(); }), HasSubstr("is there already"));
  EXPECT_EQ(ReadFile(copy_), "of yesterday");
  copy_ = path_;
  ErrorOf(ErrorKind::kUsage, [this] { BackUp(); });
}

TEST_F(SqliteBackupTest, LeavesNothingBehindWhereItFails) {
  const auto left = [this] { return std::filesystem::exists(copy_.string() + ".partial"); };
  ErrorOf(ErrorKind::kIo, [this] { BackUp(); });  // there is no store
  EXPECT_FALSE(std::filesystem::exists(path_));
  folder_.Write("events.db", std::string(8192, 'x'));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [this] { BackUp(); }), HasSubstr("this is no store"));
  std::filesystem::remove(path_);
  const SqliteStore store(path_, config_);
  folder_.Write("copy.db.partial", "of a call that was killed");
  BackUp();
  EXPECT_FALSE(left());
  copy_ = folder_.Write("file", "") / "copy.db";
  EXPECT_THAT(ErrorOf(ErrorKind::kIo, [this] { BackUp(); }), HasSubstr("cannot be made"));
}

TEST_F(SqliteBackupTest, NamesCopiesByTheirVersion) {
  EXPECT_EQ(CopyOfVersion(path_, 3), path_.string() + ".version-3");
  folder_.Write("events.db.version-3", "");
  EXPECT_EQ(CopyOfVersion(path_, 3), path_.string() + ".version-3.2");
}

}  // namespace
}  // namespace lerl
