#include "lerl/eval/confidence_sequence.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"

namespace lerl {

void ValueSums::Add(double value) {
  ++count;
  sum += value;
  squares += value * value;
}

void ValueSums::Remove(double value) {
  --count;
  sum -= value;
  squares -= value * value;
}

double ValueSums::Mean() const { return count > 0 ? sum / static_cast<double>(count) : 0; }

double ValueSums::Variance() const {
  if (count == 0) return 0;
  return std::max(0.0, squares / static_cast<double>(count) - Mean() * Mean());
}

ConfidenceSequence::ConfidenceSequence(double narrow_at, double alpha) : alpha_(alpha) {
  LERL_CHECK(alpha > 0 && alpha < 1 && narrow_at > 0);
  const double twice = -2 * std::log(alpha);
  rho_squared_ = (twice + std::log(twice + 1)) / narrow_at;  // (2)
}

Interval ConfidenceSequence::About(double mean, double variance, int64_t count) const {
  LERL_CHECK(count > 0);
  const auto t = static_cast<double>(count);
  const double grown = t * rho_squared_ + 1;
  const double reach = std::sqrt(variance * 2 * grown / (t * t * rho_squared_) *
                                 std::log(std::sqrt(grown) / alpha_));  // (1)
  return {.mean = mean, .low = mean - reach, .high = mean + reach};
}

Interval ConfidenceSequence::OfMean(const ValueSums& values) const {
  return About(values.Mean(), values.Variance(), values.count);
}

Interval ConfidenceSequence::OfDifference(const ValueSums& challenger, const ValueSums& champion,
                                          double p) const {
  LERL_CHECK(p > 0 && p < 1);
  const auto part = [](const ValueSums& values, double share) {
    return static_cast<double>(values.count) * values.Variance() / (share * share);
  };
  const int64_t count = challenger.count + champion.count;
  const double variance =
      (part(challenger, p) + part(champion, 1 - p)) / static_cast<double>(count);  // (4)
  return About(challenger.Mean() - champion.Mean(), variance, count);
}

}  // namespace lerl
