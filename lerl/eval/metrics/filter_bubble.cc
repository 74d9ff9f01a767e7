#include "lerl/eval/metrics/filter_bubble.h"

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/eval/metrics/slate_categories.h"

namespace lerl {
namespace {

double LargestShare(const SessionLog& log, const MetricInput& input, int64_t session, int64_t begin,
                    int64_t end) {
  const std::vector<double> shares = CategoryShares(input.dataset, log, session, begin, end);
  return *std::max_element(shares.begin(), shares.end());
}

}  // namespace

SessionValues FilterBubble(const SessionLog& log, const MetricInput& input) {
  SessionValues values;
  for (int64_t s = 0; s < log.sessions; ++s)
    values.numerator.push_back(LargestShare(log, input, s, 0, log.length[At(s)]));
  return values;
}

SessionValues FilterBubbleGrowth(const SessionLog& log, const MetricInput& input) {
  SessionValues values;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const int64_t length = log.length[At(s)], half = length / 2;
    values.numerator.push_back(half == 0 ? 0
                                         : LargestShare(log, input, s, length - half, length) -
                                               LargestShare(log, input, s, 0, half));
    values.denominator.push_back(half == 0 ? 0 : 1);
  }
  return values;
}

}  // namespace lerl
