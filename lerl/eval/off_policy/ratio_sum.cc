#include "lerl/eval/off_policy/ratio_sum.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

double MeanOf(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Interval Within(double mean, double half) { return {mean, mean - half, mean + half}; }

}  // namespace

double Estimate(const RatioSum& sum, std::span<const double> counts) {
  double total = 0;
  for (int64_t part = 0; part < sum.parts; ++part) {
    double n = 0, d = 0;
    for (int64_t unit = 0; unit < sum.units(); ++unit) {
      const double count = counts.empty() ? 1 : counts[At(unit)];
      n += count * sum.numerator[At(unit * sum.parts + part)];
      d += count * sum.denominator[At(unit * sum.parts + part)];
    }
    if (d != 0) total += n / d;
  }
  return total;
}

std::vector<std::vector<double>> Resample(const std::vector<EstimateOfCounts>& estimates,
                                          int64_t units, int resamples, uint64_t seed) {
  LERL_CHECK_GT(units, 0);
  std::vector<std::vector<double>> drawn(estimates.size());
  std::vector<double> counts(At(units));
  for (int sample = 0; sample < resamples; ++sample) {
    Rng rng(seed, "off-policy resample", At(sample));
    std::fill(counts.begin(), counts.end(), 0.0);
    for (int64_t n = 0; n < units; ++n) counts[rng.Below(At(units))] += 1;
    for (size_t e = 0; e < estimates.size(); ++e) drawn[e].push_back(estimates[e](counts));
  }
  return drawn;
}

Interval PercentileInterval(double estimate, std::vector<double> resampled, double alpha) {
  LERL_CHECK_GE(resampled.size(), 2u);
  // PercentileOf interpolates at (B - 1) p, counted from 0.
  const double count = static_cast<double>(resampled.size());
  const double low = std::max(0.0, ((count + 1) * alpha / 2 - 1) / (count - 1));
  return {estimate, PercentileOf(resampled, low),
          PercentileOf(resampled, 1 - std::max(low, 1e-12))};
}

Interval HoeffdingInterval(std::span<const double> values, double low, double high, double alpha) {
  LERL_CHECK(!values.empty());
  const double units = static_cast<double>(values.size());
  return Within(MeanOf(values),
                (high - low) * std::sqrt(std::log(2 / alpha) / (2 * units)));  // (2)
}

Interval EmpiricalBernsteinInterval(std::span<const double> values, double low, double high,
                                    double alpha) {
  LERL_CHECK_GE(values.size(), 2u);
  const double units = static_cast<double>(values.size()), mean = MeanOf(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double variance = squares / (units - 1), log = std::log(4 / alpha);
  return Within(mean, std::sqrt(2 * variance * log / units) +
                          7 * (high - low) * log / (3 * (units - 1)));  // (3)
}

std::vector<double> UnitValues(const RatioSum& sum) {
  LERL_CHECK_EQ(sum.parts, 1);
  const double all = std::accumulate(sum.denominator.begin(), sum.denominator.end(), 0.0);
  std::vector<double> values;
  for (const double n : sum.numerator)
    values.push_back(all == 0 ? 0 : static_cast<double>(sum.units()) * n / all);
  return values;
}

}  // namespace lerl
