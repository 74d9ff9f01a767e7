#include "lerl/cells/study_run.h"

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "lerl/base/child_process.h"
#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/base/parallel.h"
#include "lerl/base/periodic.h"
#include "lerl/base/progress.h"
#include "lerl/cells/memory_cells.h"

namespace lerl {
namespace {

constexpr std::chrono::milliseconds kLook{100};  // between looks at processes
constexpr std::chrono::seconds kShow{1};         // between looks at the ledger
constexpr int kInterruptedStatus = 130;          // of a process that stopped at a checkpoint
constexpr int kSignalStatus = 128;               // plus the signal that ended a process

int WorkersOf(const Launch& launch) { return std::max(1, launch.workers); }

// What a ledger says of a study, on a progress bar.
class LedgerProgress {
 public:
  LedgerProgress(CellLedger& ledger, std::string study, const StudyProgress& shown, int64_t work)
      : ledger_(ledger),
        study_(std::move(study)),
        shown_(shown),
        bar_(shown.what, work, shown.unit) {}

  // Reads the ledger where that was not done of late.
  void Show() {
    if (std::chrono::steady_clock::now() >= next_) ShowNow();
  }

  void ShowNow() {
    next_ = std::chrono::steady_clock::now() + kShow;
    const StudyCounts counts = ledger_.Counts(study_);
    if (counts.done != done_ && shown_.note) note_ = shown_.note();
    done_ = counts.done;
    bar_.Advance(counts.progress, note_);
  }

 private:
  CellLedger& ledger_;
  const std::string study_;
  const StudyProgress& shown_;
  Progress bar_;
  std::string note_;
  int64_t done_ = -1;
  std::chrono::steady_clock::time_point next_{};
};

// The processes that work for one study.
class Processes {
 public:
  Processes(CellLedger& ledger, const StudyOptions& options, int64_t cells)
      : ledger_(ledger),
        options_(options),
        most_deaths_(options.study.tries * cells + WorkersOf(options.launch)) {
    for (int n = 0; n < WorkersOf(options.launch); ++n) Start();
  }

  // Runs until all cells are done, or until a stop.
  StudyEnd Run(LedgerProgress& progress) {
    while (!children_.empty()) {
      if (StopRequested() && !asked_)
        for (const Child& child : children_) child.process->Send(SIGTERM);
      asked_ = StopRequested();
      std::erase_if(children_, [this](const Child& child) { return HasEnded(child); });
      for (; replacements_ > 0; --replacements_) Start();
      progress.Show();
      std::this_thread::sleep_for(kLook);
    }
    if (stopped_ || StopRequested()) return StudyEnd::kStopped;
    if (const int64_t open = ledger_.Counts(options_.study.id).open(); open > 0)
      throw Error(ErrorKind::kUnusable,
                  options_.study.id + ": no worker is left (the last ended with exit status " +
                      std::to_string(last_status_) + "), and " + std::to_string(open) +
                      " cells are not done; what the workers said stands above");
    return StudyEnd::kDone;
  }

 private:
  struct Child {
    std::string name;
    std::unique_ptr<RunningChild> process;
  };

  void Start() {
    std::vector<std::string> words = options_.launch.command;
    const std::string name = NewWorkerName();
    words.insert(words.end(), {"--name", name});
    children_.push_back({name, std::make_unique<RunningChild>(words)});
  }

  bool HasEnded(const Child& child) {
    const std::optional<int> status = child.process->Ended();
    if (!status) return false;
    if (*status == 0) return true;
    last_status_ = *status;
    const bool by_signal = *status > kSignalStatus && *status != kInterruptedStatus;
    if (*status == kInterruptedStatus) {
      stopped_ = true;
    } else {
      const std::string how = by_signal ? "signal " + std::to_string(*status - kSignalStatus)
                                        : "exit status " + std::to_string(*status);
      LogWarning("worker " + child.name + " ended by " + how + "; its cell is free again");
      ledger_.Free(options_.study.id, child.name, "its worker ended by " + how);
    }
    if (by_signal && !StopRequested() && ++deaths_ <= most_deaths_) ++replacements_;
    return true;
  }

  CellLedger& ledger_;
  const StudyOptions& options_;
  const int64_t most_deaths_;
  std::vector<Child> children_;
  bool asked_ = false, stopped_ = false;
  int64_t deaths_ = 0, replacements_ = 0;
  int last_status_ = 0;
};

StudyEnd RunInThreads(CellLedger& ledger, const StudyOptions& options, CellWork& work,
                      LedgerProgress& progress) {
  std::atomic<bool> stopped = false;
  const Periodic shown("progress", kShow, [&] { progress.ShowNow(); });
  const int threads = WorkersOf(options.launch);
  ParallelFor(threads, threads, [&](int64_t) {
    const WorkerOptions worker{.study = options.study.id,
                               .name = NewWorkerName(),
                               .lease_ms = options.study.lease_ms,
                               .pause = kLook / 10};
    if (WorkOff(ledger, worker, work) == CellEnd::kStopped) stopped = true;
  });
  return stopped ? StudyEnd::kStopped : StudyEnd::kDone;
}

// Waits for the workers of others.
StudyEnd WaitForOthers(CellLedger& ledger, const std::string& study, LedgerProgress& progress) {
  while (!StopRequested() && ledger.Counts(study).open() > 0) {
    progress.ShowNow();
    for (auto end = std::chrono::steady_clock::now() + kShow;
         !StopRequested() && std::chrono::steady_clock::now() < end;)
      std::this_thread::sleep_for(kLook);
  }
  return StopRequested() ? StudyEnd::kStopped : StudyEnd::kDone;
}

}  // namespace

StudyEnd RunStudy(const StudyOptions& options, std::span<const Cell> cells, CellWork& work,
                  const StudyProgress& shown) {
  const std::shared_ptr<CellLedger> opened =
      options.open ? options.open() : std::make_shared<MemoryCells>();
  CellLedger& ledger = *opened;
  ledger.Put(options.study, cells);
  if (options.launch.by == LaunchBy::kNobody) return StudyEnd::kPut;
  StudyEnd end = StudyEnd::kDone;
  {
    int64_t total = 0;
    for (const Cell& cell : cells) total += cell.work;
    LedgerProgress progress(ledger, options.study.id, shown, total);
    progress.ShowNow();
    if (ledger.Counts(options.study.id).open() == 0)
      end = StudyEnd::kDone;
    else if (options.launch.by == LaunchBy::kProcesses)
      end = Processes(ledger, options, std::ssize(cells)).Run(progress);
    else if (options.launch.by == LaunchBy::kThreads)
      end = RunInThreads(ledger, options, work, progress);
    else
      end = WaitForOthers(ledger, options.study.id, progress);
    progress.ShowNow();
  }
  if (end == StudyEnd::kDone && !options.keeps_failed) ThrowFailed(ledger, options.study.id);
  return end;
}

}  // namespace lerl
