// Plans per second of the embedded language model. The prompts are those of real users (of a
// generated data set where ml-100k is not there); category scores come from one forward pass, and
// the shared prefix is computed beforehand. The same through the plan cache, at the states of
// training sessions.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <thread>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/rng.h"
#include "lerl/bench/bench.h"
#include "lerl/data/registry.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/eval/audit/planner_audit.h"
#include "lerl/llm/llama/llama_cpp_backend.h"
#include "lerl/llm/llama/model_file.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/train/player.h"
#include "lerl/train/world.h"

namespace lerl {
namespace {

Dataset BenchDataset() {
  try {
    return LoadDataset("ml-100k");
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kData) throw;
    LogInfo("bench planner: ml-100k is not there; using generated users");
    return MakeSyntheticDataset({.users = 200, .items = 600, .categories = 19});
  }
}

// Prompts of users who were just shown their favourites.
std::vector<std::string> Suffixes(LlmPlanner& planner, const Dataset& dataset, const Split& split) {
  const auto categories = At(dataset.num_categories());
  const std::vector<uint8_t> candidates(categories, 1);
  const std::vector<int32_t> counts(categories, 0);
  const std::vector<uint32_t> responses = {1, 0, 1, 1, 0, 1};
  std::vector<std::string> suffixes;
  for (size_t i = 0; i < std::min<size_t>(64, split.test_users.size()); ++i) {
    std::vector<uint8_t> dominant(categories, 0);
    std::vector<float> exposure(categories, 0);
    dominant[i % categories] = 1;
    exposure[(i * 7 + 3) % categories] = 1.5F;
    suffixes.push_back(planner.SuffixOf({.slot = 0,
                                         .step = 1,
                                         .user = split.test_users[i],
                                         .seed = i,
                                         .candidates = candidates,
                                         .dominant = dominant,
                                         .exposure = exposure,
                                         .shown = counts,
                                         .liked = counts,
                                         .last_liked_step = counts,
                                         .last_shown = counts,
                                         .last_items = counts,
                                         .last_responses = responses}));
  }
  return suffixes;
}

void CheckScores(std::span<const float> scores, size_t prompts, size_t labels) {
  LERL_CHECK_EQ(scores.size(), prompts * labels);
  for (size_t row = 0; row < prompts; ++row) {
    double sum = 0;
    for (size_t label = 0; label < labels; ++label) sum += std::exp(scores[row * labels + label]);
    LERL_CHECK(std::abs(sum - 1) < 1e-4);
  }
}

int Threads() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

std::shared_ptr<LlmBackend> MakeBackend(const BenchOptions& options, int batch) {
  return MakeLlamaCppBackend({.model = ResolveModel(options.model),
                              .threads = Threads(),
                              .context = 4096,
                              .batch = batch});
}

// The suffix with a state of at least 48 tokens, for comparison with longer states.
std::string Lengthen(LlmBackend& backend, std::string suffix) {
  while (backend.CountTokens(suffix) < 48) suffix = "none; " + suffix;
  return suffix;
}

BenchRow BenchBatch(int batch, bool long_states, const BenchOptions& options,
                    const Dataset& dataset, const Split& split) {
  PlannerConfig config;
  config.name = "llm";
  config.llm.batch = batch;
  const std::shared_ptr<LlmBackend> backend = MakeBackend(options, batch);
  LlmPlanner planner(config, dataset, split, backend);
  std::vector<std::string> suffixes = Suffixes(planner, dataset, split);
  if (long_states)
    for (std::string& suffix : suffixes) suffix = Lengthen(*backend, std::move(suffix));
  const std::string prefix = planner.SharedPrefix();

  size_t next = 0;
  const auto plan_one_batch = [&] {
    std::vector<std::string> prompts;
    for (int i = 0; i < batch; ++i) prompts.push_back(suffixes[next++ % suffixes.size()]);
    const auto scores = backend->ScoreLabels(prefix, prompts, planner.labels());
    CheckScores(scores, prompts.size(), planner.labels().size());
  };
  const std::optional<double> bar =
      batch == 32 && !long_states ? std::optional<double>(25) : std::nullopt;
  BenchRow row = Measure("planner/llm/" + std::to_string(batch) + (long_states ? "/48 tokens" : ""),
                         "plans/s", bar, options.repeats, [&] {
                           using Clock = std::chrono::steady_clock;
                           const Clock::time_point start = Clock::now();
                           double seconds = 0;
                           int plans = 0;
                           while (seconds < options.seconds) {
                             plan_one_batch();
                             plans += batch;
                             seconds = std::chrono::duration<double>(Clock::now() - start).count();
                           }
                           return plans / seconds;
                         });
  const LlmUsage usage = backend->usage();
  const double own = static_cast<double>(usage.suffix_tokens) / static_cast<double>(usage.prompts);
  char note[200];
  std::snprintf(note, sizeof(note),
                "%lld shared + %.1f own tokens a plan, %.0f tokens/s, %s, "
                "%d threads, prompt_hash %s",
                static_cast<long long>(usage.prefix_tokens), own, own * row.value,
                backend->name().c_str(), Threads(), planner.PromptHash().c_str());
  row.note = note;
  return row;
}

// How much the plans of that row are worth, by the audit of planners.
std::string AuditNote(const BenchOptions& options) {
  RunConfig config;
  config.planner.name = "llm";
  config.planner.llm.calibrate = "neutral";
  const std::unique_ptr<World> world = LoadWorld(config);
  const AuditOptions audit{
      .users = 50,
      .seeds = {1},
      .backend = MakeBackend(options, static_cast<int>(config.planner.llm.batch)),
      .planners = {"llm"}};
  const AuditRow row = AuditPlanners(*world, config, audit).at(0);
  const Interval worth = CrossedInterval(TableOf(row, "NDCG@5"));
  char note[120];
  std::snprintf(note, sizeof(note), ", NDCG@5 %.3f [%.3f, %.3f] (50 users, prompt_hash %s)",
                worth.mean, worth.low, worth.high, row.prompt_hash.c_str());
  return note;
}

// Times another planner's rankings.
class TimedPlanner : public Planner {
 public:
  explicit TimedPlanner(Planner& planner) : planner_(planner) {}
  std::string name() const override { return planner_.name(); }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    std::vector<Plan> plans = planner_.Rank(requests, mode);
    seconds += std::chrono::duration<double>(Clock::now() - start).count();
    return plans;
  }
  double seconds = 0;

 private:
  Planner& planner_;
};

// The plans of PPO's first 20 iterations, within its budget of fresh answers.
std::vector<BenchRow> BenchCache(const BenchOptions& options) {
  RunConfig config;
  config.planner.name = "none";
  config.agent.name = "ppo";
  config.train.slots = 64;
  const std::unique_ptr<World> world = LoadWorld(config);
  const Actors actors = MakeActors(*world, config, /*seed=*/1);
  config.planner.name = "llm";
  config.planner.llm.train_plans = 300;
  LlmPlanner llm(config.planner, world->dataset, world->split,
                 MakeBackend(options, static_cast<int>(config.planner.llm.batch)));
  auto timed = std::make_unique<TimedPlanner>(llm);
  const TimedPlanner& timer = *timed;
  PlanPolicy policy(world->dataset, config.planner, std::move(timed),
                    static_cast<int>(config.slate_size()));
  double previous = 0;
  std::vector<double> rates;
  int64_t plans = 0;
  for (uint64_t iteration = 0; iteration < 20; ++iteration) {
    Rng rng(1, "users of the benchmark", iteration);
    const std::vector<SessionSpec> specs = DrawSessions(world->split.train_users, 64, rng);
    llm.BeginIteration(iteration, PlanMode::kTraining);
    actors.agent->Update(PlaySessions(world->dataset, *actors.env, *actors.agent, policy, specs,
                                      {.mode = PlanMode::kTraining}));
    rates.push_back(static_cast<double>(policy.counts().plans - plans) /
                    (timer.seconds - previous));
    plans = policy.counts().plans;
    previous = timer.seconds;
  }
  BenchRow row;
  row.name = "planner/llm/cache";
  row.value = static_cast<double>(plans) / timer.seconds;
  row.unit = "plans/s";
  row.bar = 100;
  row.low = *std::min_element(rates.begin(), rates.end());
  row.high = *std::max_element(rates.begin(), rates.end());
  const auto share = [&](PlanOrigin origin) {
    return 100.0 * static_cast<double>(policy.counts().by_origin[At(origin)]) /
           static_cast<double>(plans);
  };
  char note[200];
  std::snprintf(note, sizeof(note),
                "%lld plans of 20 iterations, budget 300: %.1f%% fresh, hit rate %.1f%% exact, "
                "%.1f%% nearest; prompt_hash %s",
                static_cast<long long>(plans), share(PlanOrigin::kFresh),
                share(PlanOrigin::kCached), share(PlanOrigin::kNearest), llm.PromptHash().c_str());
  row.note = note;
  return {row};
}

}  // namespace

std::vector<BenchRow> BenchPlanner(const BenchOptions& options) {
  const Dataset dataset = BenchDataset();
  const Split split = MakeSplit(dataset, {});
  std::vector<BenchRow> rows;
  for (const int batch : {1, 8, 32})
    rows.push_back(BenchBatch(batch, /*long_states=*/false, options, dataset, split));
  rows.push_back(BenchBatch(32, /*long_states=*/true, options, dataset, split));
  if (dataset.name == "ml-100k") {
    rows[2].note += AuditNote(options);
    for (BenchRow& row : BenchCache(options)) rows.push_back(std::move(row));
  }
  for (BenchRow& row : BenchWishes(options, dataset, split)) rows.push_back(std::move(row));
  for (BenchRow& row : BenchTuning(options)) rows.push_back(std::move(row));
  for (BenchRow& row : BenchEndpoint(options)) rows.push_back(std::move(row));
  if (dataset.name == "ml-100k") {
    for (BenchRow& row : BenchStudent(options)) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace lerl
