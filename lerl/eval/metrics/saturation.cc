#include "lerl/eval/metrics/saturation.h"

#include "lerl/base/index.h"
#include "lerl/eval/metrics/slate_categories.h"

namespace lerl {

SessionValues Saturation(const SessionLog& log, const MetricInput& input) {
  if (log.truth.empty()) return {};
  SessionValues values;
  const auto categories = static_cast<size_t>(log.categories);
  for (int64_t s = 0; s < log.sessions; ++s) {
    const int64_t length = log.length[At(s)];
    double sum = 0;
    for (int64_t t = 0; t < length; ++t) {
      const std::vector<double> shares = CategoryShares(input.dataset, log, s, t, t + 1);
      const float* fatigue_cost = &log.truth.fatigue_cost[log.Cell(s, t) * categories];
      for (size_t c = 0; c < categories; ++c)
        sum += shares[c] * static_cast<double>(fatigue_cost[c]);
    }
    values.numerator.push_back(sum);
    values.denominator.push_back(static_cast<double>(length));
  }
  return values;
}

}  // namespace lerl
