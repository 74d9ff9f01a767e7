// Plans per second of the embedded language model: the prompts of real users (of a generated data
// set where ml-100k is not there), category scores from one forward pass, the prefix computed
// beforehand.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/bench/bench.h"
#include "lerl/data/registry.h"
#include "lerl/data/synthetic.h"
#include "lerl/llm/llama_cpp_backend.h"
#include "lerl/llm/model_file.h"
#include "lerl/planner/llm_planner.h"

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

// What the prompts of users look like who were just shown their favourites.
std::vector<std::string> Suffixes(LlmPlanner& planner, const Dataset& dataset, const Split& split) {
  const auto categories = static_cast<size_t>(dataset.num_categories());
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

BenchRow BenchBatch(int batch, const BenchOptions& options, const Dataset& dataset,
                    const Split& split) {
  PlannerConfig config;
  config.name = "llm";
  config.llm.batch = batch;
  const std::shared_ptr<LlmBackend> backend = MakeLlamaCppBackend(
      {.model = ResolveModel(options.model), .threads = 1, .context = 4096, .batch = batch});
  LlmPlanner planner(config, {.dataset = &dataset, .split = &split}, backend);
  const std::vector<std::string> suffixes = Suffixes(planner, dataset, split);
  const std::string prefix = planner.SharedPrefix();

  size_t next = 0;
  const auto plan_one_batch = [&] {
    std::vector<std::string> prompts;
    for (int i = 0; i < batch; ++i) prompts.push_back(suffixes[next++ % suffixes.size()]);
    const auto scores = backend->ScoreLabels(prefix, prompts, planner.labels());
    CheckScores(scores, prompts.size(), planner.labels().size());
  };
  BenchRow row = Measure("planner/llm/" + std::to_string(batch), "plans/s", std::nullopt,
                         options.repeats, [&] {
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
  row.note = std::to_string(usage.prefix_tokens) + " shared + " +
             std::to_string((usage.suffix_tokens + usage.prompts / 2) / usage.prompts) +
             " own prompt tokens a plan, " + backend->name() + ", 1 thread";
  return row;
}

}  // namespace

std::vector<BenchRow> BenchPlanner(const BenchOptions& options) {
  const Dataset dataset = BenchDataset();
  const Split split = MakeSplit(dataset, {});
  std::vector<BenchRow> rows;
  for (const int batch : {1, 8, 32}) rows.push_back(BenchBatch(batch, options, dataset, split));
  for (BenchRow& row : BenchEndpoint(options)) rows.push_back(std::move(row));
  return rows;
}

}  // namespace lerl
