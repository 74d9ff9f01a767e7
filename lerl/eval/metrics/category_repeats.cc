#include "lerl/eval/metrics/category_repeats.h"

#include "lerl/eval/metrics/slate_categories.h"

namespace lerl {

SessionValues CategoryRepeats(const SessionLog& log, const MetricInput& input) {
  SessionValues values;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const std::vector<uint8_t> repeats = StepsThatRepeat(input.dataset, log, s);
    int64_t repeated = 0, could = 0;
    for (size_t t = 1; t < repeats.size(); ++t) {
      repeated += repeats[t];
      could += log.return_days[log.Cell(s, static_cast<int64_t>(t) - 1)] == 0;
    }
    values.numerator.push_back(static_cast<double>(repeated));
    values.denominator.push_back(static_cast<double>(could));
  }
  return values;
}

}  // namespace lerl
