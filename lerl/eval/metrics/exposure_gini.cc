#include "lerl/eval/metrics/exposure_gini.h"

#include "lerl/eval/metrics/slate_categories.h"

namespace lerl {
namespace {

// Items with the same count follow each other in the order of the header. If m of them follow
// `items` others, their ranks sum to m (2 items + m + 1) / 2; `ranked` sums 2 i x_i.
double Gini(std::span<const int64_t> items_by_count) {
  double items = 0, sum = 0, ranked = 0;
  for (size_t n = 0; n < items_by_count.size(); ++n) {
    const double count = static_cast<double>(n), m = static_cast<double>(items_by_count[n]);
    ranked += count * m * (2 * items + m + 1);
    sum += count * m;
    items += m;
  }
  return sum == 0 ? 0 : (ranked / sum - (items + 1)) / items;
}

}  // namespace

SessionValues ExposureGini(const SessionLog& log, const MetricInput& input) {
  return {.members = ItemsShown(log), .universe = ItemsToShow(log, input.dataset), .pool = Gini};
}

}  // namespace lerl
