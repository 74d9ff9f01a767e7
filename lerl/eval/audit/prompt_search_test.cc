#include "lerl/eval/audit/prompt_search.h"

#include <gmock/gmock.h>

#include <set>

#include "lerl/llm/scripted_backend.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

TEST(PromptSearch, TriesEveryFormAndCalibrationOfATemplateAndLetters) {
  const std::vector<PromptVariant> variants = PromptVariants({"categories", "films"});
  std::set<std::string> settings;
  for (const PromptVariant& variant : variants) settings.insert(variant.Toml());
  EXPECT_EQ(settings.size(), variants.size());
  EXPECT_EQ(variants.size(), 2U * 2 * 3 + 2);
  EXPECT_EQ(variants.back().mode, "letters");
}

TEST(PromptSearch, SettingsThatItNamesAreTheOnesItPlayed) {
  const PromptVariant variant = {.names_template = "films", .form = "plain", .calibrate = "mean"};
  EXPECT_EQ(variant.Toml(),
            "llm.mode = \"names\"\nllm.names_template = \"films\"\nllm.form = \"plain\"\n"
            "llm.calibrate = \"mean\"\n");
  LlmPlannerConfig config;
  variant.ApplyTo(config);
  EXPECT_EQ(config.mode, "names");
  EXPECT_EQ(config.names_template, "films");
  EXPECT_EQ(config.form, "plain");
  EXPECT_EQ(config.calibrate, "mean");
}

// A model that answers with the user's favourites when it is told of "films" and else backwards.
TEST(PromptSearch, FindsThePromptThatTheModelUnderstands) {
  RunConfig config = TinyRun();
  SetFields(config, {"env.exclude_history=false"});
  World world;
  world.dataset = MakeSyntheticDataset({.users = 80, .items = 150, .rows_per_user = 90});
  world.fingerprint = Fingerprint(world.dataset);
  world.split = MakeSplit(world.dataset, config.split);
  world.response_model = FitMfResponse(world.dataset, config.response_model.mf);
  world.unit_vectors = FitUnitItemVectors(world.dataset, world.split);
  world.factors = FitItemFactors(world.dataset, world.split, config.agent.factors);
  const auto score = [](const std::string& prefix, const std::string& suffix,
                        const std::string& label) {
    const std::string text = suffix.substr(0, suffix.find('\n'));
    const size_t place = text.find(label);
    const double worth = place == std::string::npos ? 0 : 1 / (1 + static_cast<double>(place));
    return prefix.find("Film") != std::string::npos ? worth : -worth;
  };
  AuditOptions options = {.users = 10, .seeds = {1}};
  options.backend = MakeScriptedBackend({.score = score});
  const std::vector<PromptVariant> variants = {{.names_template = "categories"},
                                               {.names_template = "films"}};
  const std::vector<PromptRow> rows = SearchPrompts(world, config, variants, options);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].variant.names_template, "films");
  EXPECT_GT(rows[0].ndcg.estimate, rows[1].ndcg.estimate);
  EXPECT_EQ(SearchPrompts(world, config, variants, options, [](int64_t) { return false; }).size(),
            1U);
}

}  // namespace
}  // namespace lerl
