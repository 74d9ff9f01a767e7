#include "lerl/eval/category_repeats.h"

#include <algorithm>

#include "lerl/eval/slate_categories.h"

namespace lerl {

SessionValues CategoryRepeats(const SessionLog& log, const MetricInput& input) {
  SessionValues values;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const std::vector<uint8_t> repeats = StepsThatRepeat(input.dataset, log, s);
    const auto count = std::count(repeats.begin(), repeats.end(), 1);
    values.numerator.push_back(static_cast<double>(count));
    values.denominator.push_back(repeats.empty() ? 0 : static_cast<double>(repeats.size() - 1));
  }
  return values;
}

}  // namespace lerl
