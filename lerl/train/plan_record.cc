#include "lerl/train/plan_record.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "lerl/base/config.h"
#include "lerl/planner/registry.h"

namespace lerl {

void DescribePlans(PlanPolicy& plans, nlohmann::json& line) {
  const PlanCounts& counts = plans.counts();
  for (int origin = 0; origin < kPlanOrigins; ++origin)
    line["plans"][kPlanOriginNames[origin]] = counts.by_origin[origin];
  line["plan_details"] = nlohmann::json::object();
  for (const auto& [reason, count] : counts.reasons) line["plan_details"][reason] = count;
  const PlannerReport report = plans.planner().Report();
  for (const auto& [name, count] : report.counts) line["plan_details"][name] = count;
  for (const auto& [why, count] : counts.rankings) line["rankings"][why] = count;
  line["plan_details"]["widened plans"] = counts.widened_plans;
  if (counts.unlisted_labels > 0)
    line["plan_details"]["labels that answers do not list"] = counts.unlisted_labels;
  if (const LanguageModelPlanner* asking = plans.planner().language_model())
    line["prompt_hash"] = asking->PromptHash();
  for (const auto& [name, value] : report.figures) line["plan_figures"][name] = value;
}

void DescribeTeaching(const TeachingFigures& teaching, nlohmann::json& line) {
  line["labels"] = {{"given", teaching.labels},          {"kept", teaching.labels_kept},
                    {"median_age", teaching.median_age}, {"overlap", teaching.overlap},
                    {"NDCG@5", teaching.ndcg},           {"loss", teaching.loss}};
}

std::string InvalidReason(const PlanCounts& counts, const std::string& planner) {
  const double share = counts.FallbackShareInTraining();
  if (share <= kMaxFallbackShare || FindPlannerRow(planner).has_teacher) return "";
  std::string commonest;
  int64_t most = 0;
  for (const auto& [reason, count] : counts.reasons)
    if (count > most && !reason.starts_with("budget of")) commonest = reason, most = count;
  return DescribeNumber(std::round(1000 * share) / 10) +
         "% of the plans of training are fallbacks" +
         (commonest.empty() ? "" : " (most often: " + commonest + ")");
}

}  // namespace lerl
