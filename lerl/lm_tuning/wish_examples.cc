#include "lerl/lm_tuning/wish_examples.h"

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/planner/wishes/wish_prompt.h"
#include "lerl/sim/evolving/cravings.h"
#include "lerl/wishes/wish_clauses.h"

namespace lerl {
namespace {

struct NamedClause {
  std::string text;
  std::vector<float> target;  // q [C]
};

// Cravings of which users speak at once.
EnvConfig SpokenCravings(EnvConfig env) {
  CravingConfig& craving = env.evolving.craving;
  if (craving.up == 0 && craving.down == 0) craving.up = craving.down = 1;
  craving.told = 1;
  return env;
}

std::vector<float> TargetOf(const WishCategories& about, bool refuses, size_t categories) {
  std::vector<float> target(categories, 0);
  if (refuses) {
    if (about.down >= 0) target[At(about.down)] = 1;
    return target;
  }
  for (const int32_t category : about.up)
    target[At(category)] = 1 / static_cast<float>(about.up.size());
  return target;
}

// The clauses of sentences, `count` of them, as they come.
std::vector<NamedClause> SpokenClauses(const World& world, const RunConfig& config,
                                       const ExampleOptions& options) {
  const auto categories = At(world.dataset.num_categories());
  const Cravings cravings(world.dataset, world.split, SpokenCravings(*config.env));
  const int32_t user = world.split.train_users.at(0);  // anyone who speaks in phrasings to learn
  std::vector<NamedClause> clauses;
  for (uint64_t visit = 0; std::ssize(clauses) < options.examples; ++visit) {
    if (std::ssize(clauses) % kNobodys == kNobodys - 1)
      clauses.push_back(
          {kNoWish, std::vector<float>(categories, 1 / static_cast<float>(categories))});
    const uint64_t seed = DeriveSeed(options.seed, "wishes to learn from", visit);
    const Craving craving = cravings.Draw(seed, 0);
    for (WishClause& clause : ClausesOf(cravings.Say(craving, user, seed, 0).text)) {
      std::vector<float> target = TargetOf(craving.about, clause.refuses, categories);
      if (std::ranges::count(target, 0.0F) == std::ssize(target)) continue;  // it names nothing
      clauses.push_back({std::move(clause.text), std::move(target)});
    }
  }
  clauses.resize(At(options.examples));
  return clauses;
}

}  // namespace

void AddWishExamples(const World& world, const RunConfig& config, LlmBackend& backend,
                     const ExampleOptions& options, TuningSet& set) {
  if (options.examples == 0) return;
  const std::vector<std::string> names = SafeNames(world.dataset.categories);
  const std::vector<std::string> labels = backend.NameLabels(names);
  const int64_t first = std::ssize(set.questions);
  std::vector<WishPrompt> prompts;
  for (int64_t order = 0; order < options.orders; ++order) {
    prompts.emplace_back(names, static_cast<uint64_t>(config.planner.llm.label_seed + order));
    set.questions.push_back({prompts.back().prefix(), labels});
  }
  std::vector<NamedClause> clauses = SpokenClauses(world, config, options);
  for (size_t i = 0; i < clauses.size(); ++i) {
    const size_t order = i / At(options.together) % prompts.size();
    set.examples.push_back({.question = first + static_cast<int64_t>(order),
                            .suffix = prompts[order].Suffix(clauses[i].text),
                            .target = std::move(clauses[i].target)});
  }
}

}  // namespace lerl
