#include "lerl/eval/metrics/interest_narrowing.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/index.h"

namespace lerl {
namespace {

constexpr double kSteps = 100;  // that the figure is of

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
  double all = 0;
  const auto categories = static_cast<size_t>(log.categories);
  for (int64_t s = 0; s < log.sessions; ++s) {
    const auto before = [&](int64_t t) {
      return Entropy(
          std::span(log.truth.interest).subspan(log.Cell(s, t) * categories, categories));
    };
    const int64_t moves = log.length[At(s)] - 1;
    values.numerator.push_back(kSteps * (before(0) - before(moves)));
    values.denominator.push_back(static_cast<double>(moves));
    all += values.denominator.back();
  }
  return all > 0 ? values : SessionValues{};
}

}  // namespace lerl
