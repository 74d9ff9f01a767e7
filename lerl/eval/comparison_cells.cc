#include "lerl/eval/comparison_cells.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/stop.h"
#include "lerl/eval/evaluator.h"
#include "lerl/eval/ledger.h"
#include "lerl/planner/registry.h"
#include "lerl/train/held_out.h"
#include "lerl/train/make_plan_table.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

std::string TableOf(const RunConfig& run) {
  return "plans-" + ConfigHash(ConfigToJson(run.planner)["llm"]).substr(0, 8);
}

int64_t IterationsOf(const RunConfig& run) {
  return FindAgentRow(run.agent.name).learns ? run.train.iterations : 1;
}

bool AsksOf(const ComparisonConfig& config, const ComparisonCell& cell) {
  return AsksLanguageModel(config.rows[cell.rows.front()].config.planner);
}

}  // namespace

std::vector<ComparisonCell> CellsOf(const ComparisonConfig& config) {
  std::vector<ComparisonCell> cells;
  std::map<std::string, size_t> place_of;
  for (size_t row = 0; row < config.rows.size(); ++row) {
    const RunConfig& run = config.rows[row].config;
    const std::string table = LooksPlansUp(run.planner) ? TableOf(run) : "";
    if (!table.empty() && place_of.try_emplace(table, cells.size()).second)
      cells.push_back({.cell = {.name = table}, .rows = {row}, .is_table = true});
    for (const int64_t seed : run.train.seeds) {
      const std::string name = SeedFolder(GroupFolder("", run), seed).string();
      const auto [place, is_new] = place_of.try_emplace(name, cells.size());
      if (is_new)
        cells.push_back(
            {.cell = {.name = name, .after = table, .work = IterationsOf(run)}, .seed = seed});
      cells[place->second].rows.push_back(row);
    }
  }
  // Those with a language model are long. Tables come first of all, and what waits for none next.
  std::ranges::stable_sort(cells, {}, [&](const ComparisonCell& cell) {
    return cell.is_table ? 0 : AsksOf(config, cell) ? 1 : 2;
  });
  return cells;
}

std::string ComparisonHash(const ComparisonConfig& config) {
  std::string rows;
  for (const ComparisonRow& row : config.rows) {
    rows += row.label + "=" + RowHash(row.config);
    if (row.judged) rows += "/" + RowHash(*row.judged);
  }
  return HashText(rows);
}

ComparisonWork::ComparisonWork(const ComparisonConfig& config, fs::path out,
                               const CompareOptions& options)
    : config_(config), out_(std::move(out)), options_(options), cells_(CellsOf(config)) {}

fs::path ComparisonWork::FolderOf(const ComparisonCell& cell) const {
  return SeedFolder(GroupFolder(out_, config_.rows[cell.rows.front()].config), cell.seed);
}

bool ComparisonWork::IsDone(const ComparisonCell& cell) const {
  if (cell.is_table) return false;  // which costs little where it is there
  const fs::path folder = FolderOf(cell);
  const std::optional<nlohmann::json> run = ReadRunFile(folder);
  return run && run->value("status", "") == "finished" &&
         fs::exists(folder / "checkpoint.safetensors") &&
         std::ranges::all_of(cell.rows, [&](size_t row) {
           return fs::exists(KeptPlayPath(options_.held_out, config_.rows[row].play(), folder));
         });
}

const World& ComparisonWork::WorldOf(const RunConfig& run) {
  const std::lock_guard lock(worlds_mutex_);
  std::unique_ptr<World>& world = worlds_[WorldHash(run)];
  if (!world) world = LoadWorld(run, options_.held_out);
  return *world;
}

std::optional<int64_t> ComparisonWork::Looks() {
  std::call_once(looked_, [this] {
    const RunConfig& run = config_.rows.front().config;
    const World& world = WorldOf(run);
    looks_ = RecordLook(out_, LookAt(world, run.evaluation.users, run.train.seeds, options_.command,
                                     ComparisonHash(config_)));
  });
  return looks_;
}

CellEnd ComparisonWork::MakeTable(const RunConfig& run) {
  const std::lock_guard lock(tables_mutex_);
  if (tables_.contains(TableOf(run))) return CellEnd::kDone;
  MakePlanTable(run);
  if (StopRequested()) return CellEnd::kStopped;
  tables_.insert(TableOf(run));
  return CellEnd::kDone;
}

CellEnd ComparisonWork::Run(const std::string& name, CellControl& control) {
  const auto cell =
      std::ranges::find(cells_, name, [](const ComparisonCell& c) { return c.cell.name; });
  if (cell == cells_.end())
    throw Error(ErrorKind::kUsage, out_.string() + ": the comparison has no cell " + name +
                                       "; its file was changed, so give the command of the "
                                       "comparison again");
  const RunConfig& run = config_.rows[cell->rows.front()].config;
  // 1. The plans that it looks up; on a machine with a cache of its own they are made there.
  if (cell->is_table || !cell->cell.after.empty())
    if (MakeTable(run) == CellEnd::kStopped || cell->is_table)
      return StopRequested() ? CellEnd::kStopped : CellEnd::kDone;
  // 2. Train, or go on where an earlier call was stopped.
  const auto stopped = [&] { return control.Stopped() || planner_stopped_; };
  const World& world = WorldOf(run);
  const fs::path folder = FolderOf(*cell);
  const TrainResult result = Train(
      world, run, cell->seed, folder, Resume::kContinue,
      [&](int64_t iteration, const std::string&) { control.Advance(iteration); }, stopped);
  if (!result.stop_reason.empty()) planner_stopped_ = true;
  if (!result.finished) return CellEnd::kStopped;
  // 3. Play the held-out sessions of each row that needs this run.
  Looks();
  for (const size_t row : cell->rows) {
    if (stopped()) return CellEnd::kStopped;
    PlayOf(row, cell->seed);
  }
  return CellEnd::kDone;
}

HeldOutPlay ComparisonWork::PlayOf(size_t row, int64_t seed) {
  const ComparisonRow& of = config_.rows[row];
  const TrainedBy trained{&WorldOf(of.config), &of.config};
  return EvaluateRun(WorldOf(of.play()), of.play(), seed,
                     SeedFolder(GroupFolder(out_, of.config), seed),
                     {.reuse_stale = options_.reuse_stale,
                      .trained = of.judged ? std::optional(trained) : std::nullopt});
}

}  // namespace lerl
