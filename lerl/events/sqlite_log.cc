#include "lerl/events/sqlite_log.h"

#include <chrono>
#include <exception>

namespace lerl {
namespace {

// A commit wakes the mover. What failed is tried again without one.
constexpr auto kTryAgain = std::chrono::seconds(10);
// Moves what nobody reads as it was before, and waits for nobody.
constexpr SqlStatement kMove{.name = "move_log", .text = "PRAGMA wal_checkpoint(PASSIVE)"};

}  // namespace

SqliteLog::SqliteLog(const std::filesystem::path& path, int64_t busy_ms, SqliteConnection& writer)
    : writer_(writer),
      mover_(path, busy_ms, false),
      moving_("moving the log of the store into its file", kTryAgain, [this] { MoveMost(); }) {
  writer_.CountLogPages();
}

void SqliteLog::MoveMost() {
  if (writer_.log_pages() < kTurn || rest_is_due_) return;
  mover_.Run(kMove);
  rest_is_due_ = true;
}

void SqliteLog::AfterCommit() noexcept {
  if (!rest_is_due_.exchange(false)) {
    if (writer_.log_pages() >= kTurn) moving_.Wake();
    return;
  }
  try {
    writer_.Run(kMove);
  } catch (const std::exception&) {
    // What was committed is in the log and safe there. The next turn says what is wrong.
  }
}

}  // namespace lerl
