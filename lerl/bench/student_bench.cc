// The student: its rankings per second, and how much of plain PPO's speed training keeps with
// student and teacher. The second is measured on runs of `lerl train` itself, whole sessions of
// ml-100k, with checkpoints and validation. Training has one thread and the asynchronous teacher
// another; plain PPO also has two.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/bench/bench.h"
#include "lerl/planner/registry.h"
#include "lerl/planner/student/student_planner.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kFirstIteration = 4;  // the first ones warm caches up
constexpr int kIterations = 164;

// As configs/ml100k_lerl_student.toml.
RunConfig StudentRun(const BenchOptions& options) {
  RunConfig config;
  config.agent.name = "ppo";
  config.planner.name = "student";
  config.planner.llm.model = options.model;
  config.planner.llm.calibrate = "neutral";
  config.planner.llm.max_reflections = 10;
  config.planner.llm.reflections_per_iteration = 1;
  config.planner.student.teacher = "llm";
  config.planner.student.asynchronous = true;
  config.planner.student.states_per_iteration = 64;
  config.planner.student.gap_users = 0;
  config.train.iterations = kIterations;
  config.train.sessions = config.train.slots = 64;
  config.train.evaluate_every = config.train.checkpoint_every = 16;
  return config;
}

// States of sessions of at most 12 steps, each slate of one category.
std::vector<PlanSnapshot> States(const World& world, int count) {
  const auto categories = At(world.dataset.num_categories());
  std::vector<PlanSnapshot> states;
  for (int n = 0; n < count; ++n) {
    Rng rng(1, "bench student", static_cast<uint64_t>(n));
    PlanSnapshot state(categories);
    state.user = world.split.train_users[rng.Below(world.split.train_users.size())];
    state.step = static_cast<int>(rng.Below(12));
    for (int step = 0; step < state.step; ++step) {
      const size_t shown = rng.Below(categories);
      for (float& exposure : state.exposure) exposure *= 0.8F;
      state.exposure[shown] += 1;
      state.shown[shown] += 6;
      state.liked[shown] += 3;
      state.last_liked_step[shown] = step;
      state.candidates.assign(categories, 1);
      state.candidates[shown] = 0;
      state.dominant.assign(categories, 0);
      state.dominant[shown] = 1;
      state.last_items.assign(6, 0);
      state.last_responses.assign(6, static_cast<uint32_t>(rng.Below(2)));
    }
    states.push_back(std::move(state));
  }
  return states;
}

void CheckRanking(const PlanSnapshot& state, const Plan& plan) {
  LERL_CHECK(plan.origin == PlanOrigin::kRule);
  const std::set<int16_t> different(plan.ranking.begin(), plan.ranking.end());
  LERL_CHECK_EQ(different.size(), plan.ranking.size());
  LERL_CHECK_EQ(std::ssize(plan.ranking),
                std::count(state.candidates.begin(), state.candidates.end(), 1));
  for (const int16_t category : plan.ranking) LERL_CHECK(state.candidates.at(At(category)) != 0);
}

BenchRow BenchRanking(const BenchOptions& options, const World& world, PlannerConfig config) {
  config.student.teacher = "fatigue_aware";
  config.student.asynchronous = false;
  config.student.min_labels = 1;
  const PlannerContext context = {
      .dataset = world.dataset, .split = world.split, .policy_model = world.factors.model};
  PlannerConfig teacher = config;
  teacher.name = config.student.teacher;
  StudentPlanner student(config, context, MakePlanner(teacher, context));
  const std::vector<PlanSnapshot> states = States(world, 1024);
  std::vector<PlanRequest> requests;
  for (const PlanSnapshot& state : states) requests.push_back(state.View());
  student.BeginIteration(1, PlanMode::kTraining);
  student.Rank(requests, PlanMode::kTraining);
  student.Reflect({});
  constexpr size_t kBatch = 64;
  BenchRow row = Measure("student/rank", "plans/s", 50000.0, options.repeats, [&] {
    const Clock::time_point start = Clock::now();
    double seconds = 0;
    int64_t plans = 0;
    for (size_t next = 0; seconds < options.seconds; next = (next + kBatch) % requests.size()) {
      const std::vector<Plan> answers =
          student.Rank(std::span(requests).subspan(next, kBatch), PlanMode::kValidation);
      CheckRanking(states[next], answers[0]);
      plans += std::ssize(answers);
      seconds = std::chrono::duration<double>(Clock::now() - start).count();
    }
    return static_cast<double>(plans) / seconds;
  });
  row.note = "from ids and counts to the ranking, batches of 64, users seen before";
  return row;
}

struct Rates {
  double steps = 0;          // user-steps/s
  double labels = 0;         // labels/s
  double lowest_labels = 0;  // of the quarters of the run
  double overlap = 0;
  int64_t median_age = 0;
};

// Trains once in a folder of its own; rates from kFirstIteration on.
Rates TrainOnce(const World& world, const RunConfig& config, int64_t seed) {
  namespace fs = std::filesystem;
  const fs::path folder =
      fs::temp_directory_path() /
      ("lerl-bench-student-" + std::to_string(::getpid()) + "-" + std::to_string(seed));
  fs::remove_all(folder);
  std::vector<double> seconds;  // by iteration
  const Clock::time_point start = Clock::now();
  const TrainResult result =
      Train(world, config, seed, folder, Resume::kNever, [&](int64_t, const std::string&) {
        seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
      });
  if (!result.finished) {
    fs::remove_all(folder);
    throw Error(ErrorKind::kUsage,
                "bench student: stopped before its runs were done; run it again");
  }
  LERL_CHECK_EQ(std::ssize(seconds), kIterations + 1);
  std::vector<int64_t> steps, labels;  // by iteration
  for (const nlohmann::json& line : ReadMetrics(folder)) {
    steps.push_back(line.at("user_steps"));
    labels.push_back(line.contains("labels") ? line["labels"].at("given").get<int64_t>() : 0);
  }
  fs::remove_all(folder);
  LERL_CHECK_EQ(steps.size(), seconds.size());
  const auto rate = [&](const std::vector<int64_t>& counts, size_t from, size_t to) {
    return static_cast<double>(counts[to] - counts[from]) / (seconds[to] - seconds[from]);
  };
  Rates rates{.steps = rate(steps, kFirstIteration, kIterations),
              .labels = rate(labels, kFirstIteration, kIterations),
              .lowest_labels = 1e9};
  constexpr size_t kQuarter = (kIterations - kFirstIteration) / 4;
  for (size_t from = kFirstIteration; from + kQuarter <= kIterations; from += kQuarter)
    rates.lowest_labels = std::min(rates.lowest_labels, rate(labels, from, from + kQuarter));
  if (result.teaching)
    rates.overlap = result.teaching->overlap, rates.median_age = result.teaching->median_age;
  return rates;
}

}  // namespace

std::vector<BenchRow> BenchStudent(const BenchOptions& options) {
  const RunConfig student = StudentRun(options);
  RunConfig plain = student, plain_two = student;
  plain.planner.name = plain_two.planner.name = "none";
  plain_two.train.threads = 2;
  const std::unique_ptr<World> world = LoadWorld(student);
  std::vector<BenchRow> rows = {BenchRanking(options, *world, student.planner)};
  const int repeats = std::min(options.repeats, 3);  // each is two runs of some seconds
  std::vector<Rates> of_plain, of_student, of_two;
  for (int n = 0; n < repeats; ++n) {
    of_plain.push_back(TrainOnce(*world, plain, n + 1));
    of_student.push_back(TrainOnce(*world, student, n + 1));
    of_two.push_back(TrainOnce(*world, plain_two, n + 1));
  }
  // The runs are warm and made already: each repeat reads one of them.
  const auto add = [&](const char* name, const char* unit, std::optional<double> bar,
                       const auto& figure) -> BenchRow& {
    size_t next = 0;
    rows.push_back(Measure(name, unit, bar, repeats, [&] {
      const size_t n = next++ % of_student.size();
      return figure(n);
    }));
    return rows.back();
  };
  add("student/train share", "of plain PPO", 0.5, [&](size_t n) {
    return of_student[n].steps / of_plain[n].steps;
  }).note = "user-steps/s with student and language model teacher against planner none";
  add("student/train share of two threads", "of plain PPO", std::nullopt, [&](size_t n) {
    return of_student[n].steps / of_two[n].steps;
  }).note = "the same against planner none with train.threads=2";
  add("student/train", "user-steps/s", 3100.0, [&](size_t n) { return of_student[n].steps; }).note =
      "ml-100k whole session; LERL's public code 31 (answers free)";
  add("student/plain PPO", "user-steps/s", std::nullopt,
      [&](size_t n) { return of_plain[n].steps; });
  BenchRow& labels =
      add("student/labels", "labels/s", 8.0, [&](size_t n) { return of_student[n].lowest_labels; });
  labels.note = "in the lowest quarters of runs; over whole runs";
  for (const Rates& run : of_student)
    labels.note += " " + std::to_string(static_cast<int>(run.labels + 0.5)) + " (median age " +
                   std::to_string(run.median_age) + " iterations, top-3 agreement " +
                   std::to_string(static_cast<int>(100 * run.overlap + 0.5)) + "%)";
  return rows;
}

}  // namespace lerl
