#include "lerl/eval/registry.h"

#include <limits>
#include <string>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/eval/category_entropy.h"
#include "lerl/eval/category_repeats.h"
#include "lerl/eval/coverage.h"
#include "lerl/eval/intra_list_diversity.h"
#include "lerl/eval/session_length.h"
#include "lerl/eval/session_return.h"

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
     kNone, CategoryEntropy},
    {"category_repeats", "share of steps that repeat a dominant category of the slate before", "",
     false, 0, 1, CategoryRepeats},
    {"coverage", "share of items shown to anyone, per seed", "", true, 0, 1, Coverage},
    {"intra_list_diversity", "mean pairwise 1 - cosine within a slate", "", true, 0, 2,
     IntraListDiversity},
};

}  // namespace

std::span<const Metric> Metrics() { return kMetrics; }

const Metric& FindMetric(std::string_view name) {
  std::vector<std::string> names;
  for (const Metric& metric : kMetrics) {
    if (metric.name == name) return metric;
    names.push_back(metric.name);
  }
  const std::string nearest = NearestName(name, names);
  throw Error(ErrorKind::kConfig, "\"" + std::string(name) + "\" is not a metric" +
                                      (nearest.empty() ? "; `lerl list` names them"
                                                       : "; did you mean " + nearest + "?"));
}

}  // namespace lerl
