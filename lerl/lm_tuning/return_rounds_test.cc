#include "lerl/lm_tuning/return_rounds.h"

#include <gmock/gmock.h>

#include "lerl/base/error.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/embedded_model.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

TEST(ReturnRounds, LearnFromDrawnPlansAndGoOnFromTheRoundsInTheFolder) {
  LERL_NEED_DEFAULT_MODEL(path);
  RunConfig config = TinyRun();
  config.split.train_share = 0.5;
  config.planner.llm.model = path.string();
  config.planner.llm.form = "plain";
  config.planner.llm.mode = "letters";
  const auto world = TinyWorld(config);
  const TuneOptions tune{.layers = 1, .rank = 2, .pack = 8};
  const ExampleOptions examples{.examples = 8, .orders = 2};
  const std::filesystem::path folder = ProcessFolder() / "rounds";
  const auto start = [&] {
    const std::vector<TunedState> states = StatesFromLikes(*world, config, examples);
    const auto backend = LlmBackendOf(ForPrompts(config.planner), nullptr);
    TuningSet set = MakeTuningSet(config.planner.llm, world->dataset, *backend, states, examples);
    return MakeModelTuner(path, std::move(set.questions), std::move(set.examples), tune);
  };
  const auto run = [&](const std::string& settings, std::vector<double>* earned) {
    ReturnRounds rounds(*world, config, tune, examples, {.rounds = 1, .states = 8}, folder,
                        settings);
    return rounds.Run(start(), [&](int64_t, double value) { earned->push_back(value); });
  };
  std::vector<double> first, second;
  const auto tuned = run("a", &first);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_GT(first[0], 0);
  const auto read = run("a", &second);
  EXPECT_EQ(second, std::vector<double>{0});
  double moved = 0;
  for (size_t i = 0; i < tuned->Adapter().size(); ++i) {
    EXPECT_EQ(tuned->Adapter()[i].values, read->Adapter()[i].values);
    if (i % 2 == 1)  // B began with zeros
      for (const float value : tuned->Adapter()[i].values) moved += std::abs(value);
  }
  EXPECT_GT(moved, 0);
  EXPECT_THROW(run("b", &second), Error);
}

}  // namespace
}  // namespace lerl
