#include "lerl/eval/comparison.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/eval/evaluator.h"
#include "lerl/eval/report/comparison_report.h"
#include "lerl/eval/tables/comparison_table.h"
#include "lerl/eval/tables/user_table.h"
#include "lerl/planner/registry.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

// The report on the response model. Throws Error(kUnusable) if policies hardly differ in it.
ResponseReport JudgeResponseModel(const World& world, const RunConfig& run) {
  const std::unique_ptr<Env> env = MakeWorldEnv(world, *run.env, 1);
  const World& truth = TruthOf(world);
  ResponseReport report =
      MakeResponseReport(truth.dataset, truth.split, *world.response_model, *env);
  char text[160];
  std::snprintf(text, sizeof(text),
                "response model: the best slates earn %.3f a step, random ones %.3f (ratio %.2f)",
                report.spread.oracle, report.spread.random, report.spread.ratio());
  LogInfo(text);
  RequireSpread(report, world.dataset.name);
  return report;
}

class Runner {
 public:
  Runner(const ComparisonConfig& config, fs::path out, const CompareOptions& options)
      : config_(config),
        out_(std::move(out)),
        options_(options),
        lock_(out_),
        work_(config_, out_, options_) {}

  ComparisonOutcome Run() {
    for (const ComparisonRow& row : config_.rows) CheckLanguageModel(row.config.planner);
    // 1. Load the worlds that rows need, each once, and judge their response models.
    std::set<std::string> judged;
    for (const ComparisonRow& row : config_.rows) {
      if (!judged.insert(WorldHash(row.config)).second) continue;
      const World& world = work_.WorldOf(row.config);
      RequireHeldOut(world.split, options_.held_out);
      ResponseReport report = JudgeResponseModel(world, row.config);
      if (judged.size() == 1) response_report_ = std::move(report);
    }
    // 2. Have the cells run.
    LookForStaleRuns();
    if (const StudyEnd end = RunCells(); end != StudyEnd::kDone) return {.end = end};
    // 3. Read what they made, and judge all rows together.
    ReadPlays();
    return Finish();
  }

 private:
  const World& WorldOf(const RunConfig& run) { return work_.WorldOf(run); }

  StudyEnd RunCells() {
    StudyOptions study = options_.study;
    if (study.launch.workers == 0) study.launch.workers = static_cast<int>(config_.jobs);
    std::vector<Cell> cells;
    for (const ComparisonCell& cell : work_.cells()) {
      cells.push_back(cell.cell);
      cells.back().done = work_.IsDone(cell);
    }
    return RunStudy(
        study, cells, work_,
        {.what = "compare, " + std::to_string(cells.size()) + " runs", .unit = "iterations"});
  }

  // plays_ has a place for every row and seed.
  void ReadPlays() {
    looks_ = work_.Looks();
    for (const ComparisonRow& row : config_.rows) {
      std::vector<HeldOutPlay>& plays = plays_.emplace_back();
      for (const int64_t seed : row.config.train.seeds)
        plays.push_back(work_.PlayOf(plays_.size() - 1, seed));
    }
  }

  // Names the rows whose runs are stale, and sets these runs aside unless they are to be reused.
  void LookForStaleRuns() {
    std::map<size_t, std::string> why;  // by row
    for (const ComparisonCell& cell : work_.cells()) {
      if (cell.is_table) continue;
      const RunConfig& run = config_.rows[cell.rows.front()].config;
      const fs::path folder = work_.FolderOf(cell);
      const std::string stale = StaleRun(folder, run, WorldOf(run).fingerprint, cell.seed);
      if (stale.empty()) continue;
      for (const size_t row : cell.rows) why.emplace(row, stale);
      if (!options_.reuse_stale) SetAside(folder);
    }
    for (const auto& [row, stale] : why)
      LogWarning("stale: " + config_.rows[row].label + ": " + stale +
                 (options_.reuse_stale ? "; reused, and its row is marked"
                                       : "; made anew, and the old runs are kept as seed-N.stale "
                                         "(--reuse-stale takes them as they are)"));
  }

  ComparisonOutcome Finish() {
    // 1. Each row by itself.
    ComparisonOutcome outcome;
    std::vector<Evaluation> evaluations;
    const std::vector<std::string> leave_rules = LeaveRules(config_);
    for (size_t row = 0; row < config_.rows.size(); ++row) {
      const RunConfig& run = config_.rows[row].config;
      evaluations.push_back(EvaluateRow(config_.rows[row].label, WorldOf(run), run, plays_[row]));
      evaluations.back().result.runs = GroupFolder(out_, run).filename().string();
      evaluations.back().result.looks = looks_;
      evaluations.back().result.leave_rule = leave_rules[row];
    }
    // 2. Rows against the references, their tests and ranks, and what they cost.
    JudgeRows({config_.references, config_.claim, config_.margin}, evaluations);
    WriteFileWhole(out_ / "users.csv", UserTable(evaluations, DatasetsOfRows()));
    for (Evaluation& evaluation : evaluations) outcome.rows.push_back(std::move(evaluation.result));
    for (size_t row = 0; row < outcome.rows.size(); ++row)
      AddCost(config_.rows[row].config, outcome.rows[row]);
    // 3. The files.
    WriteFileWhole(out_ / "results.json", ResultsJson(outcome.rows));
    const std::vector<EvaluationResult> figures = WithoutCosts(outcome.rows);
    WriteFileWhole(out_ / "figures.json", ResultsJson(figures));
    WriteFileWhole(out_ / "figures.txt",
                   ComparisonTable(figures, config_.references, config_.metrics));
    outcome.report = out_ / "report.html";
    WriteComparisonReport(config_, WorldOf(config_.rows.front().config), response_report_,
                          outcome.rows, plays_, out_);
    outcome.end = StudyEnd::kDone;
    return outcome;
  }

  std::vector<const Dataset*> DatasetsOfRows() {
    std::vector<const Dataset*> datasets;
    for (const ComparisonRow& row : config_.rows) datasets.push_back(&WorldOf(row.config).dataset);
    return datasets;
  }

  void AddCost(const RunConfig& run, EvaluationResult& result) const {
    double rates = 0, seconds = 0, runs = 0;
    int64_t gradient_steps = 0, sessions = 0, counted = 0;
    for (const int64_t seed : run.train.seeds) {
      const RunCost cost = ReadRunCost(SeedFolder(GroupFolder(out_, run), seed));
      for (int origin = 0; origin < kPlanOrigins; ++origin)
        if (const auto plans = cost.training_plans.find(kPlanOriginNames[origin]);
            plans != cost.training_plans.end())
          result.training_plans[static_cast<PlanOrigin>(origin)] += plans->second;
      if (cost.gradient_steps) {
        gradient_steps += *cost.gradient_steps;
        sessions += cost.iterations.value_or(0) * run.train.sessions;
        ++counted;
      }
      if (cost.memory_mb)
        result.memory_mb = std::max(result.memory_mb.value_or(0), *cost.memory_mb);
      if (!cost.steps_per_second) continue;
      rates += *cost.steps_per_second;
      seconds += cost.seconds.value_or(0);
      ++runs;
    }
    if (runs > 0) result.steps_per_second = rates / runs;
    if (runs > 0) result.training_seconds = seconds / runs;
    if (counted > 0 && gradient_steps > 0) result.gradient_steps = gradient_steps / counted;
    if (counted > 0 && sessions > 0) result.training_sessions = sessions / counted;
  }

  const ComparisonConfig& config_;
  const fs::path out_;
  const CompareOptions& options_;
  const FolderLock lock_;
  ComparisonWork work_;
  std::optional<int64_t> looks_;
  ResponseReport response_report_;               // of the first row's world
  std::vector<std::vector<HeldOutPlay>> plays_;  // [rows][seeds]
};

}  // namespace

ComparisonOutcome RunComparison(const ComparisonConfig& config, const fs::path& out,
                                const CompareOptions& options) {
  return Runner(config, out, options).Run();
}

}  // namespace lerl
