#include "lerl/cli/study_options.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "lerl/base/child_process.h"
#include "lerl/base/error.h"
#include "lerl/base/json_text.h"
#include "lerl/base/progress.h"
#include "lerl/base/version.h"
#include "lerl/sql_cells/make_cell_ledger.h"

namespace lerl {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

struct StudyKind {
  const char* name;
  std::unique_ptr<CellWork> (*make)(const Json& what);
};
constexpr std::array kStudyKinds = {
    StudyKind{"compare", MakeCompareWork}, StudyKind{"study", MakeStudyCommandWork},
    StudyKind{"tune", MakeTuneStudyWork}, StudyKind{"closed-loop", MakeAuditWork}};

}  // namespace

void StudyFlags::AddTo(CLI::App& command, const std::string& alone, CLI::Option* needs) {
  if (const char* given = std::getenv(kLedgerVariable)) ledger_ = given;
  const std::array options = {
      command
          .add_option("--jobs", jobs_,
                      "worker processes on this machine; 0: wait for those that others start "
                      "(`lerl work`). Without it, " +
                          alone)
          ->check(CLI::Range(0, 256)),
      command.add_option("--ledger", ledger_,
                         "ledger of cells: a file, or postgresql://HOST/DATABASE for workers on "
                         "several machines; without it what LERL_LEDGER says, or cells.db in the "
                         "folder of the results"),
      command
          .add_option("--lease", lease_, "seconds without a sign of life that free a worker's cell")
          ->check(CLI::Range(0.2, 86400.0))
          ->capture_default_str(),
      command.add_option("--tries", tries_, "after how many failed tries a cell has failed")
          ->check(CLI::Range(1, 1000))
          ->capture_default_str(),
      command.add_flag("--put", put_,
                       "end once the cells are on the ledger, for workers that others start; the "
                       "same command without it collects what they made")};
  if (needs != nullptr)
    for (CLI::Option* option : options) option->needs(needs);
}

StudyOptions StudyFlags::Options(const std::string& kind, const fs::path& folder, Json what,
                                 int processes) {
  const int jobs = jobs_ < 0 && !put_ && processes > 0 ? processes : jobs_;
  const fs::path whole = fs::absolute(folder).lexically_normal();
  const fs::path file = whole / "cells.db";
  if (ledger_.empty() && (put_ || jobs >= 0 || fs::exists(file))) ledger_ = file.string();
  what["kind"] = kind;
  what["folder"] = fs::current_path().string();
  StudyOptions options{.study = {.id = kind + ":" + whole.string(),
                                 .what = what.dump(),
                                 .commit = Commit(),
                                 .lease_ms = static_cast<int64_t>(lease_ * 1000),
                                 .tries = tries_}};
  if (!ledger_.empty()) options.open = [url = ledger_] { return MakeCellLedger(url, "--ledger"); };
  Launch& launch = options.launch;
  if (put_) launch.by = LaunchBy::kNobody;
  if (put_ || jobs < 0) return options;
  launch.by = jobs == 0 ? LaunchBy::kOthers : LaunchBy::kProcesses;
  launch.workers = jobs;
  launch.command = {fs::read_symlink("/proc/self/exe").string(), "work", "--study",
                    options.study.id};
  if (Progress::quiet()) launch.command.emplace_back("--quiet");
  // Its password, if there is one, stands in no command line.
  ::setenv(kLedgerVariable, ledger_.c_str(), 1);
  return options;
}

void StudyFlags::PrintPut(const StudyOptions& study) const {
  const std::shared_ptr<CellLedger> ledger = study.open();
  std::printf("%s\n", StudyJson(*ledger, study.study).dump(2).c_str());
}

Json StudyJson(CellLedger& ledger, const Study& study) {
  const StudyCounts counts = ledger.Counts(study.id);
  return {{"study", study.id},         {"commit", study.commit}, {"waiting", counts.waiting},
          {"running", counts.running}, {"done", counts.done},    {"failed", counts.failed},
          {"claims", counts.claims},   {"late", counts.late}};
}

std::unique_ptr<CellWork> MakeStudyWork(const Study& study) {
  const Json what = TryParseJson(study.what);
  const std::string kind = TextOf(what, "kind"), folder = TextOf(what, "folder");
  std::error_code error;
  fs::current_path(folder, error);  // relative paths of the command count from there
  if (error)
    throw Error(ErrorKind::kIo, study.id + ": its folder " + folder +
                                    " can't be entered here: " + error.message() +
                                    "; workers need the folders of the command at the same paths");
  for (const StudyKind& row : kStudyKinds)
    if (kind == row.name) return row.make(what);
  throw Error(ErrorKind::kUsage, study.id + ": a study of an unknown kind '" + kind + "'");
}

}  // namespace lerl
