#include "lerl/eval/coverage.h"

#include <algorithm>

#include "lerl/eval/slate_categories.h"

namespace lerl {

SessionValues Coverage(const SessionLog& log, const MetricInput& input) {
  SessionValues values{.universe = input.dataset.num_items()};
  for (int64_t s = 0; s < log.sessions; ++s) {
    std::vector<int32_t> shown;
    for (int64_t t = 0; t < log.length[static_cast<size_t>(s)]; ++t) {
      const std::span<const int32_t> slate = SlateOf(log, s, t);
      shown.insert(shown.end(), slate.begin(), slate.end());
    }
    std::sort(shown.begin(), shown.end());
    shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
    values.sets.push_back(std::move(shown));
  }
  return values;
}

}  // namespace lerl
