#include "lerl/eval/metrics/revenue.h"

#include "lerl/base/index.h"
#include "lerl/data/prices.h"

namespace lerl {

SessionValues Revenue(const SessionLog& log, const MetricInput& input) {
  const std::vector<float> prices = AllPrices(input.dataset);
  SessionValues values;
  if (prices.empty()) return values;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const size_t begin = log.Cell(s, 0) * At(log.slate);
    const size_t shown = At(log.length[At(s)] * log.slate);
    double paid = 0;
    for (size_t n = begin; n < begin + shown; ++n)
      if ((log.responses[n] & 1u) != 0) paid += static_cast<double>(prices[At(log.items[n])]);
    values.numerator.push_back(paid);
  }
  return values;
}

}  // namespace lerl
