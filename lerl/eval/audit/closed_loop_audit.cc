#include "lerl/eval/audit/closed_loop_audit.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/file.h"
#include "lerl/base/progress.h"
#include "lerl/eval/audit/cold_start.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/llm/named_files.h"
#include "lerl/planner/registry.h"

namespace lerl {
namespace {

const ClosedLoopSetting kSettings[] = {
    {kLerlTask, 1}, {kLerlTask, 3}, {kEvolvingTask, 1}, {kEvolvingTask, 3}, {kColdTask, 1}};

// One cell for each row of the planners in `names`, or of all; its seed is filled in later.
std::vector<ClosedLoopCell> Rows(const std::vector<std::string>& names) {
  std::vector<ClosedLoopCell> rows;
  for (const ClosedLoopSetting& setting : kSettings) {
    for (const PlannerRow& planner : PlannerRows()) {
      const std::string name(planner.name);
      if (!names.empty() && std::ranges::find(names, name) == names.end()) continue;
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

}  // namespace

std::vector<ClosedLoopRow> AuditClosedLoop(const World& world, const RunConfig& config,
                                           const ClosedLoopOptions& options) {
  LERL_CHECK(world.evolving != nullptr);
  RequireHeldOut(world.split, world.judged);
  const FolderLock lock(options.out);
  const World cold = CutHistories(world, config.agent.factors);
  const ClosedLoopPlay with{.world = world,
                            .cold = cold,
                            .backend = LlmBackendOf(config.planner, options.backend),
                            .files = NamedFiles(config.planner.llm),
                            .users = options.users,
                            .iterations = options.iterations,
                            .permute_labels = options.permute_labels};
  const std::vector<ClosedLoopCell> rows = Rows(options.planners);
  // 1. List the cells, and read those that are on file. All rows of a seed come before the next
  //    seed: seeds cost alike, so the time left is soon known.
  std::vector<ClosedLoopCell> cells;
  std::vector<std::optional<PlayedCell>> played;
  for (const int64_t seed : options.seeds) {
    for (ClosedLoopCell cell : rows) {
      cell.seed = seed;
      played.push_back(
          ReadCell(options.out / CellFile(cell, world.judged), CellKey(config, cell, with)));
      cells.push_back(std::move(cell));
    }
  }
  // 2. Play the cells that are missing, and put each on file.
  auto done =
      std::count_if(played.begin(), played.end(), [](const auto& p) { return p.has_value(); });
  Progress progress("closed loop", std::ssize(cells), "cells");
  progress.Advance(done);
  for (size_t i = 0; i < cells.size(); ++i) {
    if (played[i]) continue;
    played[i] = PlayCell(config, cells[i], with);
    if (!played[i]) return {};
    WriteCell(options.out / CellFile(cells[i], world.judged), *played[i],
              CellKey(config, cells[i], with));
    progress.Advance(++done, cells[i].setting.task + ", " + cells[i].planner);
  }
  // 3. Join the cells of each row over the seeds; they stand one set of rows apart.
  std::vector<ClosedLoopRow> judged;
  for (size_t row = 0; row < rows.size(); ++row) {
    std::vector<PlayedCell> of_row;
    for (size_t i = row; i < cells.size(); i += rows.size()) of_row.push_back(*played[i]);
    judged.push_back(RowOf(rows[row], world.judged, of_row));
  }
  return judged;
}

}  // namespace lerl
