#include "lerl/eval/comparison.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/parallel.h"
#include "lerl/base/progress.h"
#include "lerl/base/stop.h"
#include "lerl/eval/evaluator.h"
#include "lerl/eval/ledger.h"
#include "lerl/eval/report/comparison_report.h"
#include "lerl/eval/tables/user_table.h"
#include "lerl/planner/registry.h"
#include "lerl/train/held_out.h"
#include "lerl/train/make_plan_table.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

// One training run, and the rows that are evaluated on it.
struct Job {
  int64_t seed = 0;
  std::vector<size_t> rows;
  bool uses_llm = false;
  bool looks_plans_up = false;
};

std::vector<Job> MakeJobs(const ComparisonConfig& config) {
  std::vector<Job> jobs;
  std::map<std::pair<std::string, int64_t>, size_t> job_of;
  for (size_t row = 0; row < config.rows.size(); ++row) {
    const RunConfig& run = config.rows[row].config;
    for (const int64_t seed : run.train.seeds) {
      const auto [place, is_new] = job_of.try_emplace({TrainHash(run), seed}, jobs.size());
      if (is_new)
        jobs.push_back({seed, {}, AsksLanguageModel(run.planner), LooksPlansUp(run.planner)});
      jobs[place->second].rows.push_back(row);
    }
  }
  // Long jobs, those with a language model, come first, so that the cores finish together.
  std::stable_sort(jobs.begin(), jobs.end(),
                   [](const Job& a, const Job& b) { return a.uses_llm > b.uses_llm; });
  return jobs;
}

// The report on the response model. Throws Error(kUnusable) if policies hardly differ in it.
ResponseReport JudgeResponseModel(const World& world, const RunConfig& run) {
  const std::unique_ptr<Env> env = MakeWorldEnv(world, *run.env, 1);
  ResponseReport report =
      MakeResponseReport(world.dataset, world.split, *world.response_model, *env);
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
      : config_(config), out_(std::move(out)), options_(options), lock_(out_) {}

  ComparisonOutcome Run() {
    for (const ComparisonRow& row : config_.rows) CheckLanguageModel(row.config.planner);
    // 1. Load the worlds that rows need, each once, and judge their response models. Plan tables
    //    are made meanwhile, and while rows train that look nothing up.
    tables_ = std::async(std::launch::async, [this] { MakePlanTables(); });
    for (const ComparisonRow& row : config_.rows) {
      std::unique_ptr<World>& world = worlds_[WorldHash(row.config)];
      if (world) continue;
      world = LoadWorld(row.config, options_.held_out);
      RequireHeldOut(world->split, options_.held_out);
      ResponseReport report = JudgeResponseModel(*world, row.config);
      if (worlds_.size() == 1) response_report_ = std::move(report);
    }
    // 2. Train and play; plays_ has a place for every row and seed.
    plays_.resize(config_.rows.size());
    for (size_t row = 0; row < config_.rows.size(); ++row)
      plays_[row].resize(config_.rows[row].config.train.seeds.size());
    RunJobs();
    // 3. Judge all rows together.
    if (Stopped()) return {};
    return Finish();
  }

 private:
  // Whether the comparison ends: a stop was requested, or a planner ended its run.
  bool Stopped() const { return StopRequested() || planner_stopped_; }
  const World& WorldOf(const RunConfig& run) const { return *worlds_.at(WorldHash(run)); }

  void MakePlanTables() const {
    std::set<std::string> made;
    for (const ComparisonRow& row : config_.rows) {
      if (!LooksPlansUp(row.config.planner)) continue;
      if (made.insert(ConfigHash(ConfigToJson(row.config.planner)["llm"])).second)
        MakePlanTable(row.config);
    }
  }

  void RunJobs() {
    std::vector<Job> jobs = MakeJobs(config_);
    LookForStaleRuns(jobs);
    int64_t total = 0;
    for (const Job& job : jobs) total += Work(job);
    Progress progress("compare, " + std::to_string(jobs.size()) + " runs", total, "iterations");
    ParallelFor(std::ssize(jobs), static_cast<int>(config_.jobs), [&](int64_t) {
      const Job job = TakeJob(jobs);
      if (!Stopped()) RunJob(job, progress);
    });
  }

  // Takes the first job out; while plan tables are being made, the first that looks nothing up.
  Job TakeJob(std::vector<Job>& jobs) {
    const std::lock_guard lock(mutex_);
    const bool made = tables_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    auto first =
        std::ranges::find_if(jobs, [made](const Job& job) { return made || !job.looks_plans_up; });
    if (first == jobs.end()) first = jobs.begin();
    Job job = std::move(*first);
    jobs.erase(first);
    return job;
  }

  // Names the rows whose runs are stale, and sets these runs aside unless they are to be reused.
  void LookForStaleRuns(const std::vector<Job>& jobs) const {
    std::map<size_t, std::string> why;  // by row
    for (const Job& job : jobs) {
      const RunConfig& run = config_.rows[job.rows.front()].config;
      const fs::path folder = SeedFolder(GroupFolder(out_, run), job.seed);
      const std::string stale = StaleRun(folder, run, WorldOf(run).fingerprint, job.seed);
      if (stale.empty()) continue;
      for (const size_t row : job.rows) why.emplace(row, stale);
      if (!options_.reuse_stale) SetAside(folder);
    }
    for (const auto& [row, stale] : why)
      LogWarning("stale: " + config_.rows[row].label + ": " + stale +
                 (options_.reuse_stale ? "; reused, and its row is marked"
                                       : "; made anew, and the old runs are kept as seed-N.stale "
                                         "(--reuse-stale takes them as they are)"));
  }

  int64_t Work(const Job& job) const {
    const RunConfig& run = config_.rows[job.rows.front()].config;
    return FindAgentRow(run.agent.name).learns ? run.train.iterations : 1;
  }

  void RunJob(const Job& job, Progress& progress) {
    if (job.looks_plans_up) tables_.get();
    const RunConfig& run = config_.rows[job.rows.front()].config;
    const World& world = WorldOf(run);
    const fs::path folder = SeedFolder(GroupFolder(out_, run), job.seed);
    // Progress counts the iterations of all jobs together.
    int64_t reported = 0;
    const auto advance = [&](int64_t iteration, const std::string& note) {
      const std::lock_guard lock(mutex_);
      done_ += iteration - reported;
      reported = iteration;
      progress.Advance(done_,
                       note.empty() ? "" : config_.rows[job.rows.front()].label + ": " + note);
    };
    // 1. Train, or go on where an earlier call was stopped.
    const TrainResult result = Train(world, run, job.seed, folder, Resume::kContinue, advance,
                                     [this] { return Stopped(); });
    if (!result.stop_reason.empty()) planner_stopped_ = true;
    if (!result.finished) return;
    // 2. Play the held-out sessions of each row that needs this run.
    std::call_once(looked_, [&] { looks_ = RecordLook(out_, MakeLook(world)); });
    for (const size_t row : job.rows) {
      if (Stopped()) return;
      const std::vector<int64_t>& seeds = config_.rows[row].config.train.seeds;
      const auto place = std::find(seeds.begin(), seeds.end(), job.seed) - seeds.begin();
      HeldOutPlay play = EvaluateRun(world, config_.rows[row].config, job.seed, folder,
                                     {.reuse_stale = options_.reuse_stale});
      const std::lock_guard lock(mutex_);
      plays_[row][At(place)] = std::move(play);
    }
    advance(Work(job), "");
  }

  Look MakeLook(const World& world) const {
    const RunConfig& run = config_.rows.front().config;
    std::string rows;
    for (const ComparisonRow& row : config_.rows) rows += row.label + "=" + RowHash(row.config);
    const auto users = HeldOutSessions(world.split, world.judged, run.evaluation.users, 0).size();
    return {.command = options_.command,
            .config_hash = HashText(rows),
            .held_out = world.judged,
            .people = PeopleOf(world.fingerprint, world.split, world.judged),
            .users = static_cast<int64_t>(users),
            .seeds = run.train.seeds};
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
    outcome.report = out_ / "report.html";
    WriteComparisonReport(config_, WorldOf(config_.rows.front().config), response_report_,
                          outcome.rows, plays_, out_);
    outcome.finished = true;
    return outcome;
  }

  std::vector<const Dataset*> DatasetsOfRows() const {
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
  std::shared_future<void> tables_;  // all that rows look plans up in
  std::once_flag looked_;
  std::optional<int64_t> looks_;
  std::map<std::string, std::unique_ptr<World>> worlds_;
  ResponseReport response_report_;               // of the first row's world
  std::vector<std::vector<HeldOutPlay>> plays_;  // [rows][seeds]
  std::atomic<bool> planner_stopped_ = false;
  std::mutex mutex_;
  int64_t done_ = 0;
};

}  // namespace

ComparisonOutcome RunComparison(const ComparisonConfig& config, const fs::path& out,
                                const CompareOptions& options) {
  return Runner(config, out, options).Run();
}

}  // namespace lerl
