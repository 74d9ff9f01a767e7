#include "lerl/eval/metrics/interest_narrowing.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/index.h"

namespace lerl {
namespace {

// Entropy of softmax(logits) in bits. The largest logit is taken off first, against overflow.
double Entropy(std::span<const float> logits) {
  const double largest = static_cast<double>(std::ranges::max(logits));
  double total = 0, weighted = 0;
  for (const float logit : logits) {
    const double x = static_cast<double>(logit) - largest;
    total += std::exp(x);
    weighted += x * std::exp(x);
  }
  return (std::log(total) - weighted / total) / std::log(2.0);
}

}  // namespace

SessionValues InterestNarrowing(const SessionLog& log, const MetricInput&) {
  if (log.truth.empty()) return {};
  SessionValues values;
  const auto categories = static_cast<size_t>(log.categories);
  for (int64_t s = 0; s < log.sessions; ++s) {
    const auto before = [&](int64_t t) {
      return Entropy(
          std::span(log.truth.interest).subspan(log.Cell(s, t) * categories, categories));
    };
    values.numerator.push_back(before(0) - before(log.length[At(s)] - 1));
  }
  return values;
}

}  // namespace lerl
