#include "lerl/eval/audit/prompt_search.h"

#include <algorithm>

namespace lerl {

void PromptVariant::ApplyTo(LlmPlannerConfig& config) const {
  config.mode = mode;
  config.names_template = names_template;
  config.form = form;
  config.calibrate = calibrate;
}

std::string PromptVariant::Toml() const {
  std::string text = "llm.mode = \"" + mode + "\"\n";
  if (mode == "names")
    text += "llm.names_template = \"" + names_template + "\"\nllm.form = \"" + form + "\"\n";
  return text + "llm.calibrate = \"" + calibrate + "\"\n";
}

std::vector<PromptVariant> PromptVariants(const std::vector<std::string>& templates) {
  std::vector<PromptVariant> variants;
  for (const std::string& name : templates)
    for (const char* form : {"plain", "chat"})
      for (const char* calibrate : {"off", "neutral", "mean"})
        variants.push_back({.names_template = name, .form = form, .calibrate = calibrate});
  for (const char* calibrate : {"off", "neutral"})
    variants.push_back({.mode = "letters", .calibrate = calibrate});
  return variants;
}

std::vector<PromptRow> SearchPrompts(const World& world, const RunConfig& config,
                                     const std::vector<PromptVariant>& variants,
                                     AuditOptions options,
                                     const std::function<bool(int64_t)>& done) {
  options.planners = {"llm"};
  options.run.clear();
  options.letters_too = false;
  std::vector<PromptRow> rows;
  for (size_t i = 0; i < variants.size(); ++i) {
    RunConfig own = config;
    variants[i].ApplyTo(own.planner.llm);
    own.planner.llm.reflect = false;
    own.planner.llm.tabulate = false;
    const std::vector<AuditRow> audit = AuditPlanners(world, own, options);
    rows.push_back({variants[i], TableOf(audit.at(0), "NDCG@5")});
    if (done && !done(static_cast<int64_t>(i) + 1)) break;
  }
  std::stable_sort(rows.begin(), rows.end(), [](const PromptRow& a, const PromptRow& b) {
    return a.ndcg.estimate > b.ndcg.estimate;
  });
  return rows;
}

}  // namespace lerl
