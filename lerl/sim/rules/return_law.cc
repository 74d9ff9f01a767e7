#include "lerl/sim/rules/return_law.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"

namespace lerl {

double ReturnRate(double logit) { return std::max(1e-9, 1 / (1 + std::exp(-logit))); }

std::array<double, kLongestAbsence> ReturnProbabilities(double q) {
  LERL_CHECK(q > 0 && q <= 1);
  std::array<double, kLongestAbsence> p{};
  double weight = 1, sum = 0;
  for (double& each : p) {
    each = weight;
    sum += weight;
    weight *= 1 - q;
  }
  for (double& each : p) each /= sum;
  return p;
}

double MeanReturnDays(double q) {
  double mean = 0;
  int day = 0;
  for (const double p : ReturnProbabilities(q)) mean += ++day * p;
  return mean;
}

int DrawReturnDays(double q, Rng& rng) {
  double left = rng.Uniform();
  int day = 1;
  for (const double p : ReturnProbabilities(q)) {
    left -= p;
    if (left < 0 || day == kLongestAbsence) break;
    ++day;
  }
  return day;
}

double CalibrateReturn(std::span<const double> terms, double mean_days) {
  LERL_CHECK(!terms.empty() && mean_days > 1 && mean_days < 5.5);
  // Bisection: the mean falls as a rises. With a = low users stay away too long.
  double low = -100, high = 100;
  while (high - low > 1e-9) {
    const double middle = (low + high) / 2;
    double sum = 0;
    for (const double term : terms) sum += MeanReturnDays(ReturnRate(middle + term));
    (sum / static_cast<double>(terms.size()) > mean_days ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace lerl
