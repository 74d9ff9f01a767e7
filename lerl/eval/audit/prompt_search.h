#pragma once
// Search of a prompt for the language model planner: every template in every form and with every
// calibration, judged by the planner audit (eval/audit/planner_audit.h) on the same users. The
// prompt matters more to a small model than anything else that can be set.
//
// It is a choice, so its users must be validation users.

#include <functional>
#include <string>
#include <vector>

#include "lerl/eval/audit/planner_audit.h"

namespace lerl {

struct PromptVariant {
  std::string mode = "names";
  std::string names_template = "categories";
  std::string form = "plain";
  std::string calibrate = "off";

  void ApplyTo(LlmPlannerConfig& config) const;
  // As lines of a configuration's [planner].
  std::string Toml() const;
};

struct PromptRow {
  PromptVariant variant{};
  CrossedTable ndcg{};  // NDCG@5 of the next likes
};

// Every template of `templates` (values of the setting `names_template`) in both forms and with the
// three calibrations, and letters with and without calibration.
std::vector<PromptVariant> PromptVariants(const std::vector<std::string>& templates);

// The rows in falling order of their estimates; of equal ones the earlier variant first.
// `options.planners` is not read. `done` is told after each variant; where it returns false, the
// search ends with the rows so far.
std::vector<PromptRow> SearchPrompts(const World& world, const RunConfig& config,
                                     const std::vector<PromptVariant>& variants,
                                     AuditOptions options,
                                     const std::function<bool(int64_t)>& done = {});

}  // namespace lerl
