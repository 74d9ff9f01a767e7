// lerl work: a worker, which takes cells of a study off its ledger until none is left.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/base/version.h"
#include "lerl/cells/worker.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/study_options.h"
#include "lerl/sql_cells/make_cell_ledger.h"

namespace lerl {
namespace {

struct WorkFlags {
  std::string ledger, study, name;
  bool no_wait = false, status = false;
};

// The study that is named, or the only one.
Study FindStudy(CellLedger& ledger, const std::string& id) {
  const std::vector<Study> studies = ledger.Studies();
  std::string known;
  for (const Study& study : studies) {
    if (study.id == id) return study;
    known += (known.empty() ? "" : ", ") + study.id;
  }
  if (studies.size() == 1 && id.empty()) return studies[0];
  if (studies.empty())
    throw Error(
        ErrorKind::kUsage,
        "--ledger: it holds no study; put one there first, such as by `lerl compare --put`");
  throw Error(ErrorKind::kUsage,
              "--study: " + (id.empty() ? "name one of " : id + " is none of ") + known);
}

void ExecuteWork(const WorkFlags& options) {
  const std::unique_ptr<CellLedger> ledger = MakeCellLedger(options.ledger, "--ledger");
  const Study study = FindStudy(*ledger, options.study);
  if (options.status) {
    std::printf("%s\n", StudyJson(*ledger, study).dump(2).c_str());
    return;
  }
  if (study.commit != Commit())
    throw Error(ErrorKind::kUsage, study.id + ": made by commit " + study.commit +
                                       ", and this program is of " + Commit() +
                                       "; run the same program everywhere");
  if (options.no_wait && ledger->Counts(study.id).waiting == 0) return;
  const std::unique_ptr<CellWork> work = MakeStudyWork(study);
  const WorkerOptions worker{.study = study.id,
                             .name = options.name.empty() ? NewWorkerName() : options.name,
                             .lease_ms = study.lease_ms,
                             .waits = !options.no_wait};
  LogInfo("worker " + worker.name + " begins");
  if (WorkOff(*ledger, worker, *work) == CellEnd::kStopped) {
    LogInfo("worker " + worker.name + " stopped; its cell goes on from its checkpoint");
    throw Interrupted();
  }
}

}  // namespace

void AddWorkCommand(CLI::App& app) {
  auto options = std::make_shared<WorkFlags>();
  if (const char* given = std::getenv(kLedgerVariable)) options->ledger = given;
  CLI::App* command =
      app.add_subcommand("work", "a worker: run cells of a study until none is left");
  command->add_option("--ledger", options->ledger,
                      "ledger of cells: a file, or postgresql://HOST/DATABASE; without it what "
                      "LERL_LEDGER says");
  command->add_option("--study", options->study, "the study, where the ledger holds several");
  command->add_option("--name", options->name,
                      "name of this worker, that no other has (default: host, process, digits)");
  command->add_flag("--no-wait", options->no_wait,
                    "end when nothing waits to be taken, though others still run cells");
  command->add_flag("--status", options->status,
                    "run nothing; print how far the study is, as JSON");
  command->footer(
      "Example:\n"
      "  lerl work --ledger runs/demo/cells.db\n"
      "Studies are put on a ledger by `lerl compare`, `lerl tune` and `lerl audit planner\n"
      "--closed-loop`. Any number of workers share one; the cell of a killed worker is taken\n"
      "again. Several machines need PostgreSQL, and the folders of the command at the same paths.");
  command->callback([options] { ExecuteWork(*options); });
}

}  // namespace lerl
