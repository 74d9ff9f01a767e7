#pragma once
// Runs a study: puts its cells on the ledger, brings workers, and waits until all cells are done.
// Whoever else takes cells off the same ledger (`lerl work`, here or elsewhere) shares the work.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lerl/cells/cell_ledger.h"
#include "lerl/cells/worker.h"

namespace lerl {

enum class LaunchBy {
  kThreads,    // of this process
  kProcesses,  // of Launch::command
  kOthers,     // nobody; the command waits for workers that others bring
  kNobody,     // nobody, and the command ends once the cells are on the ledger
};

// The workers that a command brings.
struct Launch {
  LaunchBy by = LaunchBy::kThreads;
  int workers = 0;                     // 0: as many as the study itself says, or else one
  std::vector<std::string> command{};  // of a process; "--name NAME" is added
};

// What a command that is many runs is given. The command fills in the rest of the study.
struct StudyOptions {
  std::function<std::shared_ptr<CellLedger>()> open = nullptr;  // null: MemoryCells
  Study study{};
  Launch launch{};
  bool keeps_failed = false;  // cells may fail: whoever asks reads CellLedger::Failed
};

enum class StudyEnd { kDone, kStopped, kPut };

// How a study is shown while it runs.
struct StudyProgress {
  std::string what{}, unit{};                   // of Progress (base/progress.h)
  std::function<std::string()> note = nullptr;  // read when more cells are done
};

// `work` runs the cells in threads of this process, if there are any. A process that dies is
// replaced, and its cell is free at once. Throws what made a cell fail (ThrowFailed), once all
// others have ended, unless failed cells are kept, and Error(kUnusable) where no worker is left.
StudyEnd RunStudy(const StudyOptions& options, std::span<const Cell> cells, CellWork& work,
                  const StudyProgress& shown);

}  // namespace lerl
