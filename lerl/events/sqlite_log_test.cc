#include "lerl/events/sqlite_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

constexpr SqlStatement kInsert{.name = "insert", .text = "INSERT INTO t (text) VALUES ($1)"};
constexpr SqlStatement kCount{.name = "count", .text = "SELECT COUNT(*) FROM t"};

class SqliteLogTest : public testing::Test {
 protected:
  SqliteLogTest() {
    writer_.UseWriteAheadLog(1000);
    writer_.Script("CREATE TABLE t (text TEXT NOT NULL) STRICT;");
  }
  // Some 25 pages.
  void Write() {
    writer_.Run(kInsert, {std::string(100'000, 'a')});
    ++written_;
  }

  TestFolder folder_;
  const std::filesystem::path path_ = folder_.Write("store.db", "");
  SqliteConnection writer_{path_, 1000, false};
  int64_t written_ = 0;
};

TEST_F(SqliteLogTest, BeginsTheLogAnewOnceItIsLong) {
  SqliteLog log(path_, 1000, writer_);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  int64_t longest = 0;
  do {
    Write();
    log.AfterCommit();
    longest = std::max(longest, writer_.log_pages());
  } while ((longest < SqliteLog::kTurn || writer_.log_pages() > longest / 2) &&
           std::chrono::steady_clock::now() < end);
  EXPECT_GE(longest, SqliteLog::kTurn);
  EXPECT_LE(writer_.log_pages(), longest / 2);
  // What is no longer in the log is in the file. The log held some of its pages more than once.
  EXPECT_GE(static_cast<int64_t>(std::filesystem::file_size(path_)) + 4096 * writer_.log_pages(),
            100'000 * written_);
  EXPECT_EQ(writer_.Run(kCount).at(0).Count(0), written_);
}

// Who still reads what was there before keeps the log from its end, and nobody from writing.
TEST_F(SqliteLogTest, GoesOnWhileSomebodyReads) {
  SqliteLog log(path_, 1000, writer_);
  SqliteConnection reader(path_, 1000, true);
  reader.Script("BEGIN");
  EXPECT_EQ(reader.Run(kCount).at(0).Count(0), 0);
  while (writer_.log_pages() < 2 * SqliteLog::kTurn) {
    Write();
    log.AfterCommit();
  }
  EXPECT_EQ(reader.Run(kCount).at(0).Count(0), 0);
  reader.Script("COMMIT");
  EXPECT_EQ(reader.Run(kCount).at(0).Count(0), written_);
}

}  // namespace
}  // namespace lerl
