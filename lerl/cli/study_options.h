#pragma once
// The options that commands of many runs share: who runs their cells (cells/study_run.h), and the
// ledger that workers take them from.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lerl/cells/study_run.h"

namespace lerl {

// The environment variable that names a ledger where --ledger does not.
inline constexpr char kLedgerVariable[] = "LERL_LEDGER";

class StudyFlags {
 public:
  // `alone` says who runs the cells where --jobs is not given; `needs` is the flag without which
  // the command has none.
  void AddTo(CLI::App& command, const std::string& alone, CLI::Option* needs = nullptr);

  // The study of a command that writes into `folder`. `what` is the command line, as MakeStudyWork
  // reads it. The ledger is --ledger, else LERL_LEDGER, else FOLDER/cells.db where that is there or
  // others are to run cells, else one of this process; it is opened when the cells are put on it.
  // With `processes` above 0 so many worker processes run the cells where --jobs is not given,
  // which a cell that runs out of memory takes down alone.
  StudyOptions Options(const std::string& kind, const std::filesystem::path& folder,
                       nlohmann::json what, int processes = 0);

  // Prints where cells that were put on the ledger for others wait, as JSON.
  void PrintPut(const StudyOptions& study) const;

 private:
  std::string ledger_;
  int jobs_ = -1;  // -1: not given
  double lease_ = 60;
  int64_t tries_ = 3;
  bool put_ = false;
};

// What a worker runs the cells of a study by; of a command of another kind it throws Error(kUsage).
std::unique_ptr<CellWork> MakeStudyWork(const Study& study);
// The kinds. `what` is the text of a command line as JSON, of the program's own making.
std::unique_ptr<CellWork> MakeCompareWork(const nlohmann::json& what);
std::unique_ptr<CellWork> MakeStudyCommandWork(const nlohmann::json& what);
std::unique_ptr<CellWork> MakeTuneStudyWork(const nlohmann::json& what);
std::unique_ptr<CellWork> MakeAuditWork(const nlohmann::json& what);

// {"study", "commit", "waiting", "running", "done", "failed", "claims", "late"} of a study.
nlohmann::json StudyJson(CellLedger& ledger, const Study& study);

}  // namespace lerl
