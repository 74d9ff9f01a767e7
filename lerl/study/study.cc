#include "lerl/study/study.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/cells/memory_cells.h"
#include "lerl/eval/sim_audit/sim_audit.h"
#include "lerl/planner/registry.h"
#include "lerl/study/study_analysis.h"
#include "lerl/study/study_files.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

class Conductor {
 public:
  Conductor(const StudyPlan& plan, fs::path out, CompareOptions options)
      : plan_(plan),
        out_(std::move(out)),
        options_(std::move(options)),
        lock_(out_),
        work_(plan_, out_, options_) {
    if (!options_.study.open)
      options_.study.open = [cells = std::make_shared<MemoryCells>()] { return cells; };
    options_.study.keeps_failed = true;
  }

  StudyConduct Run() {
    StudyConduct conduct;
    // 1. What is needed, and the analysis, before the first cell runs.
    for (const ComparisonRow& row : plan_.comparison.rows) CheckLanguageModel(row.config.planner);
    conduct.outcome.unfit = Unfit();
    conduct.outcome.analysis = AnalysisOf(plan_, options_.held_out, LoadWorlds());
    RegisterAnalysis(out_, conduct.outcome.analysis);
    // 2. The cells.
    conduct.end = RunCells();
    if (conduct.end != StudyEnd::kDone) return conduct;
    // 3. What they made.
    ReadFailed(conduct.outcome);
    ReadRows(conduct.outcome);
    conduct.outcome.looks = work_.rows().Looks();
    JudgeStudy(plan_, conduct.outcome);
    WriteStudyFiles(plan_, conduct.outcome, plays_, work_.rows(), out_);
    return conduct;
  }

 private:
  std::string Unfit() {
    const std::string& audit = plan_.study.simulator_audit;
    if (audit.empty()) return "";
    const fs::path path = plan_.study.file.parent_path() / audit;
    if (!fs::exists(path)) {
      LogInfo(path.string() + ": not there, so the simulator was not audited");
      return "";
    }
    std::set<std::string> simulators;
    for (const ComparisonRow& row : plan_.comparison.rows)
      simulators.insert(SimulatorHash(row.play(), work_.rows().WorldOf(row.play())));
    std::string unfit = UnfitByAudit(path, simulators);
    if (!unfit.empty()) LogWarning("the simulator is unfit by " + path.string() + ": " + unfit);
    return unfit;
  }

  // Loads the worlds of all rows, each once; their fingerprints come back, by row.
  std::vector<std::string> LoadWorlds() {
    std::vector<std::string> data;
    std::set<std::string> judged;
    for (const ComparisonRow& row : plan_.comparison.rows) {
      data.push_back(work_.rows().WorldOf(row.config).fingerprint);
      const World& world = work_.rows().WorldOf(row.play());
      if (!judged.insert(WorldHash(row.play()) + ConfigHash(ConfigToJson(row.play())["env"]))
               .second)
        continue;
      RequireHeldOut(world.split, options_.held_out);
      RequireSpread(world, *row.play().env);
    }
    return data;
  }

  // Whether the files of a cell are there and whole; a damaged one is for the cell to refuse.
  bool IsDone(const ComparisonCell& cell) {
    try {
      return work_.rows().IsDone(cell);
    } catch (const Error&) {
      return false;
    }
  }

  StudyEnd RunCells() {
    if (options_.study.launch.workers == 0)
      options_.study.launch.workers = static_cast<int>(plan_.study.jobs);
    std::vector<Cell> cells;
    for (const ComparisonCell& cell : work_.rows().cells()) {
      cells.push_back(cell.cell);
      cells.back().done = IsDone(cell);
    }
    const StudyProgress shown{.what = "study, " + std::to_string(cells.size()) + " cells",
                              .unit = "iterations"};
    const StudyEnd end = RunStudy(options_.study, cells, work_, shown);
    // Tries of workers that died with an earlier command count as failed ones; a cell that came to
    // its last try by them is tried once more.
    const auto died = [](const FailedCell& cell) { return SaysNoSignOfLife(cell.error); };
    if (end != StudyEnd::kDone ||
        !std::ranges::any_of(options_.study.open()->Failed(options_.study.study.id), died))
      return end;
    for (size_t n = 0; n < cells.size(); ++n) cells[n].done = IsDone(work_.rows().cells()[n]);
    return RunStudy(options_.study, cells, work_, shown);
  }

  void ReadFailed(StudyOutcome& outcome) {
    const std::shared_ptr<CellLedger> ledger = options_.study.open();
    for (const FailedCell& failed : ledger->Failed(options_.study.study.id))
      for (const ComparisonCell& cell : work_.rows().cells()) {
        if (cell.cell.name != failed.name || cell.is_table) continue;
        FailedStudyCell& shown = outcome.failed.emplace_back(
            FailedStudyCell{.seed = cell.seed, .tries = failed.tries, .error = failed.error});
        for (const size_t row : cell.rows) {
          shown.rows.push_back(plan_.comparison.rows[row].label);
          failed_.emplace(row, cell.seed);
        }
      }
    if (!outcome.failed.empty())
      LogWarning(std::to_string(outcome.failed.size()) +
                 " cells have failed; they are shown in the table");
  }

  void ReadRows(StudyOutcome& outcome) {
    for (size_t row = 0; row < plan_.comparison.rows.size(); ++row) {
      const ComparisonRow& of = plan_.comparison.rows[row];
      StudyRow& result = outcome.rows.emplace_back();
      std::vector<HeldOutPlay>& plays = plays_.emplace_back();
      for (const int64_t seed : plan_.seeds()) {
        if (failed_.contains({row, seed})) continue;
        plays.push_back(work_.rows().PlayOf(row, seed));
        result.seeds.push_back(seed);
      }
      if (plays.empty()) continue;
      RunConfig finished = of.play();
      finished.train.seeds = result.seeds;
      result.evaluation = EvaluateRow(of.label, work_.rows().WorldOf(of.play()), finished, plays);
      result.evaluation->result.runs = GroupFolder(out_, of.config).filename().string();
    }
  }

  const StudyPlan& plan_;
  const fs::path out_;
  CompareOptions options_;
  const FolderLock lock_;
  StudyWork work_;
  std::set<std::pair<size_t, int64_t>> failed_;  // row and seed
  std::vector<std::vector<HeldOutPlay>> plays_;  // [rows][seeds that finished]
};

}  // namespace

CellEnd StudyWork::Run(const std::string& cell, CellControl& control) {
  if (plan_.study.cell_minutes > 0)
    control.StopAt(std::chrono::steady_clock::now() +
                   std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                       std::chrono::duration<double, std::ratio<60>>(plan_.study.cell_minutes)));
  const CellEnd end = rows_.Run(cell, control);
  if (end == CellEnd::kStopped && control.OutOfTime() && !control.lost())
    throw Error(ErrorKind::kUnusable, "out of time: a try may take cell_minutes = " +
                                          DescribeNumber(plan_.study.cell_minutes));
  return end;
}

StudyConduct ConductStudy(const StudyPlan& plan, const fs::path& out, CompareOptions options) {
  return Conductor(plan, out, std::move(options)).Run();
}

}  // namespace lerl
