#pragma once
// A worker: takes cells off a ledger (cells/cell_ledger.h) and runs them, one at a time, until none
// is left.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "lerl/base/stop.h"
#include "lerl/cells/cell_ledger.h"

namespace lerl {

// What a cell that runs knows of its worker. Used from several threads.
class CellControl {
 public:
  explicit CellControl(const std::function<bool()>& should_stop) : should_stop_(should_stop) {}
  // Whether the cell is to stop at its next checkpoint: the worker was asked to, or the claim was
  // taken away.
  bool Stopped() const { return lost_ || should_stop_() || OutOfTime(); }
  // From then on the cell is to stop, because its try has taken too long.
  void StopAt(std::chrono::steady_clock::time_point end) { end_ = end; }
  bool OutOfTime() const { return std::chrono::steady_clock::now() >= end_; }
  bool lost() const { return lost_; }
  void Lose() { lost_ = true; }
  // How much of the cell's `work` is done.
  void Advance(int64_t progress) { progress_ = progress; }
  int64_t progress() const { return progress_; }

 private:
  const std::function<bool()>& should_stop_;
  std::atomic<bool> lost_ = false;
  std::atomic<int64_t> progress_ = 0;
  std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::time_point::max();
};

enum class CellEnd {
  kDone,
  kStopped,  // at a checkpoint, from which it goes on
};

// The work of a study: runs its cells, several at a time where a process has several workers.
class CellWork {
 public:
  virtual ~CellWork() = default;
  // Whoever runs a cell again goes on with what is there, and a cell that is done is done at once.
  // What can't be done throws; Error(kBusy) says that another process is still at it, and is no
  // failed try.
  virtual CellEnd Run(const std::string& cell, CellControl& control) = 0;
};

struct WorkerOptions {
  std::string study{};
  std::string name{};        // of no other worker
  int64_t lease_ms = 60000;  // of the study; signs of life are six times as frequent
  // At the end waits while others run cells, for theirs may come back.
  bool waits = true;
  // Between looks at a ledger that has nothing to take, at first; it doubles up to kLongestPause.
  std::chrono::milliseconds pause{100};
};

inline constexpr std::chrono::milliseconds kLongestPause{5000};

// A name for a worker of this process: host, process and random digits.
std::string NewWorkerName();

// Takes and runs cells until none is left (kDone) or until `should_stop` says so or a cell stops by
// itself (kStopped); that cell is given back.
CellEnd WorkOff(CellLedger& ledger, const WorkerOptions& options, CellWork& work,
                const std::function<bool()>& should_stop = StopRequested);

}  // namespace lerl
