#pragma once
// SqliteLog: moves what stands in a store's write-ahead log into its file, while others write.
//
// SQLite by itself does this (a checkpoint) in the commit that makes the log longer than a number
// of pages: it writes all changed pages where they belong and waits for the disk, some 100 ms at
// 1,000 changes a second, and whoever commits meanwhile waits too. Here
//
//   1. a thread of its own moves most of it, which keeps nobody from writing;
//   2. the one who writes moves the rest after its next commit, which is little, so that nothing is
//      left in the log and it starts anew from its beginning.
//
// Where somebody still reads a page as it was before, the log goes on and is emptied at a later
// turn.

#include <atomic>
#include <cstdint>
#include <filesystem>

#include "lerl/base/periodic.h"
#include "lerl/events/sqlite_connection.h"

namespace lerl {

class SqliteLog {
 public:
  static constexpr int64_t kTurn = 1000;  // pages after which it is emptied

  // `writer` makes all changes of this process, and must outlive it. From here on it no longer
  // moves anything by itself.
  SqliteLog(const std::filesystem::path& path, int64_t busy_ms, SqliteConnection& writer);

  // To be called after each commit, by the thread that made it.
  void AfterCommit() noexcept;

 private:
  void MoveMost();

  SqliteConnection& writer_;
  SqliteConnection mover_;
  std::atomic<bool> rest_is_due_ = false;
  Periodic moving_;  // last: its thread uses the rest
};

}  // namespace lerl
