#include "lerl/eval/category_entropy.h"

#include <cmath>

#include "lerl/eval/slate_categories.h"

namespace lerl {
namespace {

double Entropy(const std::vector<double>& weights, double total) {
  double entropy = 0;
  for (const double weight : weights) {
    if (weight > 0) entropy -= weight / total * std::log2(weight / total);
  }
  return entropy;
}

}  // namespace

SessionValues CategoryEntropy(const SessionLog& log, const MetricInput& input) {
  SessionValues values;
  for (int64_t s = 0; s < log.sessions; ++s) {
    std::vector<double> weights(static_cast<size_t>(input.dataset.num_categories()) + 1);
    const int64_t length = log.length[static_cast<size_t>(s)];
    for (int64_t t = 0; t < length; ++t) {
      for (const int32_t item : SlateOf(log, s, t)) {
        const std::span<const int32_t> categories = input.dataset.CategoriesOf(item);
        const double share = 1.0 / static_cast<double>(categories.size());
        for (const int32_t c : categories) weights[static_cast<size_t>(c)] += share;
        if (categories.empty()) weights.back() += 1;
      }
    }
    values.numerator.push_back(Entropy(weights, static_cast<double>(length * log.slate)));
  }
  return values;
}

}  // namespace lerl
