#include "lerl/eval/quantiles.h"

#include <cmath>
#include <numbers>

#include "lerl/base/check.h"

namespace lerl {
namespace {

// The x >= 0 with probability(x) = central, for a function that grows to 1: doubles the upper end
// until it is far enough, then halves the bracket.
template <typename Probability>
double Invert(const Probability& probability, double central) {
  LERL_CHECK(central > 0 && central < 1);
  double low = 0, high = 1;
  while (probability(high) < central) high *= 2;
  while (high - low > 1e-10 * high) {
    const double middle = (low + high) / 2;
    (probability(middle) < central ? low : high) = middle;
  }
  return high;
}

}  // namespace

double NormalQuantile(double central) {
  return Invert([](double z) { return std::erf(z / std::numbers::sqrt2); }, central);
}

double StudentCentralProbability(double t, int64_t degrees) {
  LERL_CHECK_GT(degrees, 0);
  // With angle a = atan(t / sqrt(degrees)) the probability is, for an even and an odd number,
  //   sin a (1 + 1/2 cos^2 a + (1 3)/(2 4) cos^4 a + ...)
  //   2/pi (a + sin a (cos a + 2/3 cos^3 a + (2 4)/(3 5) cos^5 a + ...)),
  // up to the power degrees - 2 of the cosine.
  const double angle = std::atan(t / std::sqrt(static_cast<double>(degrees)));
  const double cosine = std::cos(angle), sine = std::sin(angle);
  const bool odd = degrees % 2 == 1;
  double sum = 0, term = odd ? cosine : 1;
  for (int64_t power = odd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term;
    const double k = static_cast<double>(power);
    term *= cosine * cosine * (k + 1) / (k + 2);
  }
  return odd ? 2 / std::numbers::pi * (angle + sine * sum) : sine * sum;
}

double StudentQuantile(double central, int64_t degrees) {
  return Invert([degrees](double t) { return StudentCentralProbability(t, degrees); }, central);
}

}  // namespace lerl
