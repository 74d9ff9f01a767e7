// Steps of fine-tuning the language model: 32 states of real users (of a generated data set where
// ml-100k is not there), as the planner's prompts show them, with the states that enter the tuned
// layers kept from the warm-up.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <thread>

#include "lerl/base/check.h"
#include "lerl/bench/bench.h"
#include "lerl/llm/llama/model_file.h"
#include "lerl/lm_tuning/return_rounds.h"
#include "lerl/planner/llm/llm_planner.h"

namespace lerl {

std::vector<BenchRow> BenchTuning(const BenchOptions& options) {
  RunConfig config;
  config.planner.llm.model = ResolveModel(options.model).string();
  config.planner.llm.names_template = "films";
  const std::unique_ptr<World> world = LoadWorld(config);
  const ExampleOptions examples{.examples = 32, .orders = 1};
  const std::vector<TunedState> states = StatesFromLikes(*world, config, examples);
  TuningSet set =
      MakeTuningSet(config.planner.llm, world->dataset,
                    *LlmBackendOf(ForPrompts(config.planner), nullptr), states, examples);
  const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const std::unique_ptr<ModelTuner> tuner =
      MakeModelTuner(config.planner.llm.model, std::move(set.questions), std::move(set.examples),
                     {.epochs = 100'000, .threads = threads});
  double first = 0, last = 0;
  int64_t steps = 0;
  BenchRow row = Measure("planner/llm/tuning", "s/step", std::nullopt, options.repeats, [&] {
    const TuneTimes before = tuner->times();
    last = tuner->Step();
    if (++steps == 1) first = last;
    const TuneTimes& after = tuner->times();
    return after.forward - before.forward + after.backward - before.backward + after.step -
           before.step;
  });
  row.lower_is_better = true;
  LERL_CHECK(std::isfinite(last) && last < first);
  const TuneTimes& times = tuner->times();
  char note[200];
  std::snprintf(note, sizeof(note),
                "32 states, %.0f tokens a step, 6 tuned layers, %d threads; tuned layers %.2f s, "
                "gradient %.2f s, Adam %.2f s; frozen layers once, %.2f s",
                static_cast<double>(times.tokens) / static_cast<double>(steps), threads,
                times.forward / static_cast<double>(steps),
                times.backward / static_cast<double>(steps),
                times.step / static_cast<double>(steps), times.frozen);
  row.note = note;
  return {row};
}

}  // namespace lerl
