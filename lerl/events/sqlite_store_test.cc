#include "lerl/events/sqlite_store.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <thread>

#include "lerl/base/file.h"
#include "lerl/events/sqlite_connection.h"
#include "lerl/testing/event_store_conformance.h"
#include "lerl/testing/old_stores.h"
#include "lerl/testing/writer_process.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

class SqliteStoreTest : public ::testing::Test {
 protected:
  SqliteStoreTest() { config_.busy_ms = 20000; }
  std::string FaultOf(ErrorKind kind) {
    return ErrorOf(kind, [this] { SqliteStore(path_, config_); });
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

  TestFolder folder_;
  std::filesystem::path path_ = folder_.path() / "events.db";
  StoreConfig config_;
};

// Writes events from four threads until it is killed.
void WriteUntilKilled(const std::filesystem::path& path, const StoreConfig& config,
                      const std::string& name, const WriterProcess::Acknowledge& acknowledge) {
  SqliteStore store(path, config);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const std::string session = "s" + std::to_string(t);
      store.AddSession(SessionNamed(session));
      for (int i = 0; i < 100000; ++i) {
        const std::string event = name + "-" + std::to_string(t) + "-" + std::to_string(i);
        if (AddOne(store, FeedbackOf(session, event))[0] == FeedbackOutcome::kAdded)
          acknowledge(event);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(SqliteStoreTest, KeepsWhatItTookThroughAKill) {
  std::set<std::string> taken;
  for (int round = 0; round < 3; ++round) {
    WriterProcess writer([&](const WriterProcess::Acknowledge& acknowledge) {
      WriteUntilKilled(path_, config_, std::to_string(round), acknowledge);
    });
    writer.WaitFor(100);
    writer.Kill();
    taken.merge(writer.Events());
    EXPECT_GE(taken.size(), 100U * (static_cast<size_t>(round) + 1));
    SqliteStore store(path_, config_);
    EXPECT_THAT(EventsIn(store), IsSupersetOf(taken));
  }
}

TEST_F(SqliteStoreTest, TwoProcessesShareAFile) {
  const auto writer_named = [this](const std::string& name) {
    return [this, name](const WriterProcess::Acknowledge& acknowledge) {
      WriteUntilKilled(path_, config_, name, acknowledge);
    };
  };
  std::set<std::string> taken;
  {
    WriterProcess one(writer_named("one")), other(writer_named("other"));
    one.WaitFor(40);
    other.WaitFor(40);
    one.Kill();
    other.Kill();
    taken.merge(one.Events());
    taken.merge(other.Events());
  }
  EXPECT_GE(taken.size(), 80U);
  SqliteStore store(path_, config_);
  EXPECT_THAT(EventsIn(store), IsSupersetOf(taken));
}

// Files of this process grow no further.
class ScopedFileLimit {
 public:
  explicit ScopedFileLimit(rlim_t bytes) {
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~ScopedFileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    ::signal(SIGXFSZ, handler_);
  }
  ScopedFileLimit(const ScopedFileLimit&) = delete;
  ScopedFileLimit& operator=(const ScopedFileLimit&) = delete;

 private:
  rlimit old_{};
  void (*handler_)(int) = nullptr;
};

TEST_F(SqliteStoreTest, RefusesWhatHasNoRoomAndGoesOnOnceThereIsSome) {
  SqliteStore store(path_, config_);
  store.AddSession(SessionNamed("s"));
  AddOne(store, FeedbackOf("s", "before"));
  SlateRecord large = SlateOf("s", 0);
  large.reason = std::string(1 << 20, 'x');
  {
    const ScopedFileLimit limit(std::filesystem::file_size(path_.string() + "-wal") + 100);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        const FeedbackRecord record = FeedbackOf("s", "during" + std::to_string(t));
        EXPECT_THAT(ErrorOf(ErrorKind::kIo, [&] { AddOne(store, record); }),
                    HasSubstr("free disk space"));
      });
    }
    for (std::thread& thread : threads) thread.join();
    ErrorOf(ErrorKind::kIo, [&] { store.AddSlate(large); });
    ErrorOf(ErrorKind::kIo, [&] { store.Ping(); });
    EXPECT_EQ(store.FindSession("s")->feedback, 1);
  }
  store.Ping();
  EXPECT_TRUE(store.AddSlate(large));
  EXPECT_EQ(AddOne(store, FeedbackOf("s", "during0"))[0], FeedbackOutcome::kAdded);
  EXPECT_EQ(EventsIn(store), (std::set<std::string>{"before", "during0"}));
}

// Going back to the program of before is putting this copy in the store's place.
TEST_F(SqliteStoreTest, KeepsACopyOfAnOlderStoreBeforeItIsBroughtUpToDate) {
  folder_.Write("events.db", "");
  const std::filesystem::path copy = path_.string() + ".version-1";
  {
    SqliteConnection sql(path_, 100, false);
    MakeOldStore(sql, 1);
  }
  for (int round = 0; round < 2; ++round) {
    {
      SqliteStore store(path_, config_);
      EXPECT_EQ(AddOne(store, FeedbackOf("s", "e2"))[0], FeedbackOutcome::kAdded);
    }
    SqliteConnection old(copy, 100, false);
    EXPECT_EQ(StoreVersion(old), 1);
    std::filesystem::copy_file(copy, path_, std::filesystem::copy_options::overwrite_existing);
  }
  EXPECT_TRUE(std::filesystem::exists(copy.string() + ".2"));
  SqliteStore store(path_, config_);
  EXPECT_EQ(AllSessions(store), std::vector{Version1Session()});
  SqliteStore again(path_, config_);
  EXPECT_FALSE(std::filesystem::exists(copy.string() + ".4"));
}

// The program of before refuses what the upgrade made, and finds nothing to do in its copy.
TEST_F(SqliteStoreTest, TheProgramOfBeforeOpensTheCopyAsItWas) {
  const int before = NewestStoreVersion() - 1;
  const std::span<const Migration> steps = Migrations().first(At(before));
  folder_.Write("events.db", "");
  {
    SqliteConnection sql(path_, 100, false);
    MakeOldStore(sql, before);
  }
  {
    SqliteStore upgraded(path_, config_);
    EXPECT_EQ(AllSessions(upgraded), std::vector{Version1Session()});
  }
  {
    SqliteConnection sql(path_, 100, false);
    EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { Migrate(sql, "the store", steps); }),
                HasSubstr("written by a newer version"));
  }
  const std::filesystem::path copy = path_.string() + ".version-" + std::to_string(before);
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_.string() + suffix);
  std::filesystem::copy_file(copy, path_);
  {
    SqliteConnection sql(path_, 100, false);
    sql.Script("BEGIN IMMEDIATE");
    Migrate(sql, "the store", steps);
    sql.Script("COMMIT");
    EXPECT_EQ(StoreVersion(sql), before);
    EXPECT_EQ(sql.Run({"item", "SELECT item FROM lerl_feedback"}).at(0).Text(0), "a");
  }
  EXPECT_EQ(ReadFile(path_), ReadFile(copy));
}

TEST_F(SqliteStoreTest, StaysOfTheOlderVersionWhereThereIsNoRoomForTheCopy) {
  folder_.Write("events.db", "");
  {
    SqliteConnection sql(path_, 100, false);
    MakeOldStore(sql, 1);
  }
  {
    const ScopedFileLimit limit(2 * 4096);
    EXPECT_THAT(FaultOf(ErrorKind::kIo), HasSubstr("free disk space"));
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
    EXPECT_THAT(entry.path().string(), Not(HasSubstr("version-1")));
  {
    SqliteConnection sql(path_, 100, false);
    EXPECT_EQ(StoreVersion(sql), 1);
  }
  SqliteStore store(path_, config_);
  EXPECT_EQ(AllSessions(store), std::vector{Version1Session()});
}

TEST_F(SqliteStoreTest, IsBusyWhileAnotherHoldsIt) {
  config_.busy_ms = 50;
  SqliteStore store(path_, config_);
  store.AddSession(SessionNamed("s"));
  SqliteConnection other(path_, 0, false);
  other.Script("BEGIN EXCLUSIVE;");
  EXPECT_THAT(ErrorOf(ErrorKind::kBusy, [&] { AddOne(store, FeedbackOf("s", "e")); }),
              HasSubstr("another process holds the store"));
  EXPECT_TRUE(store.FindSession("s").has_value());
  other.Script("ROLLBACK;");
  EXPECT_EQ(AddOne(store, FeedbackOf("s", "e"))[0], FeedbackOutcome::kAdded);
}

TEST_F(SqliteStoreTest, MakesFilesThatOnlyTheirOwnerReads) {
  path_ = folder_.path() / "new" / "folder" / "events.db";
  SqliteStore store(path_, config_);
  store.AddSession(SessionNamed("s"));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat info {};
    ASSERT_EQ(::stat((path_.string() + suffix).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U) << suffix;
  }
}

TEST_F(SqliteStoreTest, RefusesWhatIsNoStoreAndLeavesItAlone) {
  folder_.Write("events.db", std::string(8192, 'x'));
  EXPECT_THAT(FaultOf(ErrorKind::kData), HasSubstr("this is no store"));
  EXPECT_EQ(ReadFile(path_), std::string(8192, 'x'));
  folder_.Write("events.db", "");
  SqliteConnection(path_, 100, false).Script("CREATE TABLE bookmarks (id);");
  const std::string before = ReadFile(path_);
  EXPECT_THAT(FaultOf(ErrorKind::kData), HasSubstr("a database of another program"));
  EXPECT_EQ(ReadFile(path_), before);
}

TEST_F(SqliteStoreTest, RefusesADamagedStore) {
  {
    SqliteStore store(path_, config_);
    std::vector<StoredSession> many(500);
    for (size_t i = 0; i < many.size(); ++i) many[i].session = SessionNamed(std::to_string(i));
    store.Import(many);
  }
  const std::string whole = ReadFile(path_);
  folder_.Write("events.db", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(FaultOf(ErrorKind::kData), HasSubstr("damaged"));
  std::string scribbled = whole;
  std::fill(scribbled.begin() + 8192, scribbled.begin() + 40000, '\x5a');
  folder_.Write("events.db", scribbled);
  EXPECT_THAT(FaultOf(ErrorKind::kData), HasSubstr("damaged"));
}

TEST_F(SqliteStoreTest, SaysWhereAFileCannotBeMade) {
  path_ = folder_.Write("file", "") / "events.db";
  EXPECT_THAT(FaultOf(ErrorKind::kIo), HasSubstr("cannot be made"));
  path_ = folder_.path();
  FaultOf(ErrorKind::kIo);
  path_ = "";
  FaultOf(ErrorKind::kConfig);
}

TEST_F(SqliteStoreTest, LeavesNothingOfAUserInTheFile) {
  SqliteStore store(path_, config_);
  store.AddSession(SessionNamed("s", "secret-user"));
  SlateRecord slate = SlateOf("s", 0);
  slate.reason = std::string(20000, 'x') + "secret-user";
  store.AddSlate(slate);
  EXPECT_THAT(ReadFile(path_) + ReadFile(path_.string() + "-wal"), HasSubstr("secret-user"));
  EXPECT_EQ(store.DeleteUser("secret-user"), 1);
  EXPECT_THAT(ReadFile(path_) + ReadFile(path_.string() + "-wal"), Not(HasSubstr("secret-user")));
}

}  // namespace
}  // namespace lerl
