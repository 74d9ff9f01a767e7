#include "lerl/eval/audit/closed_loop_audit.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/llm/named_files.h"
#include "lerl/planner/registry.h"
#include "lerl/train/cold_start.h"

namespace lerl {
namespace {

const ClosedLoopSetting kSettings[] = {
    {kLerlTask, 1}, {kLerlTask, 3}, {kEvolvingTask, 1}, {kEvolvingTask, 3}, {kColdTask, 1}};

// One cell for each row of the planners in `names`, or of all that do without wishes, which nobody
// has in these settings; its seed is filled in later.
std::vector<ClosedLoopCell> Rows(const std::vector<std::string>& names) {
  std::vector<ClosedLoopCell> rows;
  for (const ClosedLoopSetting& setting : kSettings) {
    for (const PlannerRow& planner : PlannerRows()) {
      const std::string name(planner.name);
      if (names.empty() ? planner.heeds_wishes : std::ranges::find(names, name) == names.end())
        continue;
      if (!planner.has_teacher) rows.push_back({.setting = setting, .planner = name});
      if (planner.weighs_prior && setting.task == kColdTask)
        rows.push_back({.setting = setting, .planner = name, .nu = kScriptedNu});
    }
  }
  return rows;
}

void AddTo(std::vector<int64_t>& sums, const std::vector<int64_t>& counts) {
  sums.resize(counts.size());
  for (size_t i = 0; i < counts.size(); ++i) sums[i] += counts[i];
}

// Joins the cells of one row under all seeds, `cells` [S], into that row.
ClosedLoopRow RowOf(const ClosedLoopCell& cell, HeldOut held_out,
                    const std::vector<PlayedCell>& cells) {
  ClosedLoopRow row{.held_out = held_out,
                    .setting = cell.setting,
                    .planner = cell.planner,
                    .nu = cell.nu,
                    .learns = cells[0].learns,
                    .asks = cells[0].asks,
                    .oracle = FindPlannerRow(cell.planner).oracle};
  std::vector<SessionValues> reward, length;
  for (const PlayedCell& played : cells) {
    LERL_CHECK(played.users == cells[0].users);
    LERL_CHECK_EQ(played.figures.size(), cells[0].figures.size());
    reward.push_back({.numerator = played.reward});
    length.push_back({.numerator = played.length});
    AddTo(row.plans, played.plans);
    AddTo(row.practice_plans, played.practice_plans);
    row.prompts += played.prompts;
    row.seconds += played.seconds;
    row.figures.resize(played.figures.size());
    for (size_t i = 0; i < played.figures.size(); ++i) {
      row.figures[i].first = played.figures[i].first;
      row.figures[i].second += played.figures[i].second / static_cast<double>(cells.size());
    }
  }
  row.reward = MakeCrossedTable(reward);
  row.length = MakeCrossedTable(length);
  return row;
}

class ClosedLoop : public CellWork {
 public:
  ClosedLoop(const World& world, const RunConfig& config, const ClosedLoopOptions& options)
      : world_(world),
        config_(config),
        options_(options),
        cold_(CutHistories(world, config.agent.factors, kColdRows)),
        with_{.world = world,
              .cold = cold_,
              .backend = LlmBackendOf(config.planner, options.backend),
              .files = NamedFiles(config.planner.llm),
              .users = options.users,
              .iterations = options.iterations,
              .permute_labels = options.permute_labels},
        rows_(Rows(options.planners)) {
    // All rows of a seed come before the next seed: seeds cost alike, so the time left is soon
    // known.
    for (const int64_t seed : options.seeds) {
      for (ClosedLoopCell cell : rows_) {
        cell.seed = seed;
        cells_.push_back(std::move(cell));
      }
    }
  }

  // Plays the cells that are not on file, and joins the cells of each row over the seeds; they
  // stand one set of rows apart.
  ClosedLoopOutcome Audit() {
    std::vector<Cell> cells;
    for (const ClosedLoopCell& cell : cells_)
      cells.push_back({.name = CellFile(cell, world_.judged), .done = OnFile(cell).has_value()});
    ClosedLoopOutcome outcome{
        .end = RunStudy(options_.study, cells, *this, {.what = "closed loop", .unit = "cells"})};
    if (outcome.end != StudyEnd::kDone) return outcome;
    for (size_t row = 0; row < rows_.size(); ++row) {
      std::vector<PlayedCell> of_row;
      for (size_t i = row; i < cells_.size(); i += rows_.size())
        of_row.push_back(OnFile(cells_[i]).value());
      outcome.rows.push_back(RowOf(rows_[row], world_.judged, of_row));
    }
    return outcome;
  }

  CellEnd Run(const std::string& name, CellControl&) override {
    const auto cell = std::ranges::find(
        cells_, name, [this](const ClosedLoopCell& c) { return CellFile(c, world_.judged); });
    if (cell == cells_.end())
      throw Error(ErrorKind::kUsage, options_.out.string() + ": the audit has no cell " + name);
    if (OnFile(*cell)) return CellEnd::kDone;
    const std::optional<PlayedCell> played = PlayCell(config_, *cell, with_);
    if (!played) return CellEnd::kStopped;
    WriteCell(options_.out / name, *played, CellKey(config_, *cell, with_));
    return CellEnd::kDone;
  }

 private:
  std::optional<PlayedCell> OnFile(const ClosedLoopCell& cell) const {
    return ReadCell(options_.out / CellFile(cell, world_.judged), CellKey(config_, cell, with_));
  }

  const World& world_;
  const RunConfig& config_;
  const ClosedLoopOptions& options_;
  const World cold_;
  const ClosedLoopPlay with_;
  const std::vector<ClosedLoopCell> rows_;  // one for each row; its seed is filled in later
  std::vector<ClosedLoopCell> cells_;
};

}  // namespace

ClosedLoopOutcome AuditClosedLoop(const World& world, const RunConfig& config,
                                  const ClosedLoopOptions& options) {
  LERL_CHECK(world.evolving != nullptr);
  RequireHeldOut(world.split, world.judged);
  const FolderLock lock(options.out);
  return ClosedLoop(world, config, options).Audit();
}

std::unique_ptr<CellWork> MakeClosedLoopWork(const World& world, const RunConfig& config,
                                             const ClosedLoopOptions& options) {
  LERL_CHECK(world.evolving != nullptr);
  return std::make_unique<ClosedLoop>(world, config, options);
}

}  // namespace lerl
