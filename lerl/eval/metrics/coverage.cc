#include "lerl/eval/metrics/coverage.h"

#include <numeric>

#include "lerl/eval/metrics/slate_categories.h"

namespace lerl {
namespace {

double Distinct(std::span<const int64_t> items_by_count) {
  const auto shown = items_by_count.subspan(1);
  return static_cast<double>(std::accumulate(shown.begin(), shown.end(), int64_t{0}));
}

double ShareCovered(std::span<const int64_t> items_by_count) {
  return Distinct(items_by_count) /
         (Distinct(items_by_count) + static_cast<double>(items_by_count[0]));
}

double SharePerShown(std::span<const int64_t> items_by_count) {
  int64_t shown = 0;
  for (size_t n = 0; n < items_by_count.size(); ++n)
    shown += static_cast<int64_t>(n) * items_by_count[n];
  return shown == 0 ? 0 : Distinct(items_by_count) / static_cast<double>(shown);
}

}  // namespace

SessionValues Coverage(const SessionLog& log, const MetricInput& input) {
  return {.members = ItemsShown(log),
          .universe = ItemsToShow(log, input.dataset),
          .pool = ShareCovered};
}

SessionValues CoveragePerShown(const SessionLog& log, const MetricInput& input) {
  return {.members = ItemsShown(log),
          .universe = ItemsToShow(log, input.dataset),
          .pool = SharePerShown};
}

}  // namespace lerl
