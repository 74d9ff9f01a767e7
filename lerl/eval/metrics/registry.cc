#include "lerl/eval/metrics/registry.h"

#include <limits>
#include <string>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/registry.h"
#include "lerl/eval/metrics/behaviours.h"
#include "lerl/eval/metrics/category_entropy.h"
#include "lerl/eval/metrics/category_repeats.h"
#include "lerl/eval/metrics/coverage.h"
#include "lerl/eval/metrics/exposure_gini.h"
#include "lerl/eval/metrics/filter_bubble.h"
#include "lerl/eval/metrics/interest_coverage.h"
#include "lerl/eval/metrics/interest_narrowing.h"
#include "lerl/eval/metrics/intra_list_diversity.h"
#include "lerl/eval/metrics/latent_found.h"
#include "lerl/eval/metrics/majority_dominance.h"
#include "lerl/eval/metrics/new_items.h"
#include "lerl/eval/metrics/novelty.h"
#include "lerl/eval/metrics/plan_alignment.h"
#include "lerl/eval/metrics/regret.h"
#include "lerl/eval/metrics/return_days.h"
#include "lerl/eval/metrics/revenue.h"
#include "lerl/eval/metrics/saturation.h"
#include "lerl/eval/metrics/session_length.h"
#include "lerl/eval/metrics/session_return.h"

namespace lerl {
namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();

constexpr Metric kMetrics[] = {
    {"T_int", "mean session length", "steps", true, 0, kNone, SessionLength},
    {"R_cum", "mean over sessions of the sum of expected step rewards", "reward", true, -kNone,
     kNone, SessionReturn},
    {"R_cum_drawn", "R_cum with the drawn responses in place of their probabilities", "reward",
     true, -kNone, kNone, DrawnSessionReturn},
    {"R_sin", "sum of all expected rewards / sum of all steps", "reward per step", true, -kNone,
     kNone, StepReward},
    {"category_entropy", "mean entropy of the categories that a session shows", "bits", true, 0,
     kNone, CategoryEntropy, "entropy"},
    {"category_repeats", "share of steps that repeat a dominant category of the slate before", "",
     false, 0, 1, CategoryRepeats, "repeats"},
    {"coverage", "share of items shown to anyone, per seed", "", true, 0, 1, Coverage, "coverage"},
    {"coverage_per_shown", "distinct items / items shown, per seed", "", true, 0, 1,
     CoveragePerShown},
    {"exposure_gini", "Gini coefficient of the items' exposures, zeros included, per seed", "",
     false, 0, 1, ExposureGini},
    {"intra_list_diversity", "mean pairwise 1 - cosine within a slate", "", true, 0, 2,
     IntraListDiversity, "diversity"},
    {"session_diversity", "mean pairwise 1 - cosine within a session", "", true, 0, 2,
     SessionDiversity},
    {"novelty", "mean of -log2 of the share of users who liked the item shown", "bits", true, 0,
     kNone, Novelty},
    {"new_item_share", "share of items shown of which policies know no interaction", "", true, 0, 1,
     NewItemShare, "new"},
    {"new_item_reward", "mean reward of a new item shown, without the loss by likeness", "reward",
     true, -kNone, kNone, NewItemReward, "of new"},
    {"known_item_reward", "the same of the other items", "reward", true, -kNone, kNone,
     KnownItemReward, "of known"},
    {"majority_dominance", "share of items shown from the categories with 80% of the log's likes",
     "", false, 0, 1, MajorityDominance},
    {"filter_bubble", "share of a session's dominant category", "", false, 0, 1, FilterBubble},
    {"filter_bubble_growth", "filter_bubble of a session's second half less its first half", "",
     false, -1, 1, FilterBubbleGrowth},
    {"interest_coverage", "share of the categories that users like in held-out rows, shown", "",
     true, 0, 1, InterestCoverage},
    {"main_responses", "responses by the main behaviour in a session: a shop's purchases", "items",
     true, 0, kNone, MainResponses},
    {"revenue", "what is paid in a session, prices of the items that were bought", "price", true, 0,
     kNone, Revenue, "revenue"},
    {"return_days", "mean days until the next visit", "days", false, 1, 10, ReturnDays, "days"},
    {"retention", "share of visits with a return on the next day", "", true, 0, 1, Retention,
     "retention"},
    {"R_visit", "sum of all expected rewards / number of visits", "reward", true, -kNone, kNone,
     VisitReturn, "R_visit"},
    {"plan_alignment", "mean NDCG of the plan by what categories are worth now", "", true, 0, 1,
     PlanAlignment, "alignment"},
    {"regret", "what the best category would have earned at a step, less what the slate did",
     "reward per step", false, -1, 1, Regret, "regret"},
    {"latent_found", "chance of a step to find an interest that the past is silent on", "", true, 0,
     1, LatentFound, "found"},
    {"saturation", "what fatigue takes from the logit of the items shown", "log odds", false, 0,
     kNone, Saturation, "saturation"},
    {"interest_narrowing", "entropy that interests lose in 100 steps", "bits per 100 steps", false,
     -kNone, kNone, InterestNarrowing, "narrowing"},
};

}  // namespace

std::span<const Metric> Metrics() { return kMetrics; }

std::vector<std::string> MetricNames() { return RowNames(Metrics()); }

const Metric& FindMetric(std::string_view name) {
  return FindRow(Metrics(), name, "metrics", "metric");
}

std::vector<const Metric*> TableMetrics(const std::vector<std::string>& names) {
  std::vector<const Metric*> metrics;
  for (const std::string& name : names) metrics.push_back(&FindMetric(name));
  if (!names.empty()) return metrics;
  for (const Metric& metric : kMetrics)
    if (metric.column != nullptr) metrics.push_back(&metric);
  return metrics;
}

}  // namespace lerl
