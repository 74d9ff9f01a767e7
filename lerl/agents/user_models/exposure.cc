#include "lerl/agents/user_models/exposure.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lerl/base/index.h"

namespace lerl {

double CategoryDistance(const Dataset& dataset, int32_t a, int32_t b) {
  const std::span<const int32_t> of_a = dataset.CategoriesOf(a), of_b = dataset.CategoriesOf(b);
  if (a == b) return 1;
  size_t common = 0;
  for (const int32_t category : of_a) common += At(std::count(of_b.begin(), of_b.end(), category));
  if (common == 0) return std::numeric_limits<double>::infinity();
  return static_cast<double>(of_a.size() + of_b.size() - common) / static_cast<double>(common);
}

double Exposure(const Dataset& dataset, int32_t item, std::span<const int32_t> before, int slate,
                double tau) {
  constexpr double kLeast = 1e-3;
  const auto k = At(slate);
  const size_t turns = before.size() / k;
  double sum = 0;
  for (size_t ago = 1; ago <= turns; ++ago) {
    const double age = static_cast<double>(ago) / tau;
    if (std::exp(-age) < kLeast) break;
    for (const int32_t other : before.subspan((turns - ago) * k, k))
      sum += std::exp(-age * CategoryDistance(dataset, item, other));
  }
  return sum / static_cast<double>(slate);
}

}  // namespace lerl
