#include "lerl/serve/plan_reason.h"

#include <algorithm>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/sim/rules/leave_rules.h"

namespace lerl {
namespace {

// Whose ranking it is.
std::string RankedBy(const SlotPlan& plan, const std::string& planner) {
  switch (plan.origin) {
    case PlanOrigin::kFresh:
    case PlanOrigin::kCached:
    case PlanOrigin::kNearest:
      return "the language model's";
    case PlanOrigin::kKept:
      return "still " + planner + "'s";
    case PlanOrigin::kRule:
    case PlanOrigin::kFallback:
      break;
  }
  return planner + "'s";
}

// The names of what dominated the last slate and is not in the ranking.
std::string LeftOut(const SlotPlan& plan, const Dataset& dataset,
                    std::span<const int32_t> last_items) {
  std::vector<uint8_t> dominant(dataset.categories.size());
  if (!last_items.empty()) MarkDominantCategories(dataset, last_items, dominant);
  for (const int16_t category : plan.ranking) dominant[At(category)] = 0;
  std::string names;
  for (size_t c = 0; c < dominant.size(); ++c)
    if (dominant[c] != 0) names.append(names.empty() ? "" : ", ").append(dataset.categories[c]);
  return names;
}

}  // namespace

std::string PlanReason(const SlotPlan& plan, const std::string& planner, const Dataset& dataset,
                       std::span<const int32_t> last_items) {
  if (!plan.reason.empty()) return plan.reason;
  const auto planned = std::ranges::count(plan.plan, uint8_t{1});
  if (planned == std::ssize(plan.plan)) return "";
  std::string reason = RankedBy(plan, planner) + " first " +
                       std::to_string(planned - plan.widened) + " of " +
                       std::to_string(plan.ranking.size());
  if (plan.widened > 0)
    reason += ", and " + std::to_string(plan.widened) + " more for want of items";
  const std::string left_out = LeftOut(plan, dataset, last_items);
  if (!left_out.empty()) reason += "; left out, since just shown: " + left_out;
  return reason;
}

}  // namespace lerl
