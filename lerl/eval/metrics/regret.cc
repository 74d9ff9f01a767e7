#include "lerl/eval/metrics/regret.h"

#include <algorithm>

#include "lerl/base/index.h"

namespace lerl {

SessionValues Regret(const SessionLog& log, const MetricInput&) {
  if (log.truth.empty()) return {};
  SessionValues values;
  const auto categories = static_cast<size_t>(log.categories);
  for (int64_t s = 0; s < log.sessions; ++s) {
    const int64_t length = log.length[At(s)];
    double sum = 0;
    for (int64_t t = 0; t < length; ++t) {
      const size_t cell = log.Cell(s, t);
      const auto worth = std::span(log.truth.worth).subspan(cell * categories, categories);
      sum += static_cast<double>(std::ranges::max(worth) - log.expected[cell]);
    }
    values.numerator.push_back(sum);
    values.denominator.push_back(static_cast<double>(length));
  }
  return values;
}

}  // namespace lerl
