#include "lerl/eval/metrics/category_entropy.h"

#include <cmath>

#include "lerl/base/index.h"
#include "lerl/eval/metrics/slate_categories.h"

namespace lerl {

SessionValues CategoryEntropy(const SessionLog& log, const MetricInput& input) {
  SessionValues values;
  for (int64_t s = 0; s < log.sessions; ++s) {
    double entropy = 0;
    for (const double share : CategoryShares(input.dataset, log, s, 0, log.length[At(s)])) {
      if (share > 0) entropy -= share * std::log2(share);
    }
    values.numerator.push_back(entropy);
  }
  return values;
}

}  // namespace lerl
