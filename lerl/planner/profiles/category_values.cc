#include "lerl/planner/profiles/category_values.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "lerl/base/index.h"

namespace lerl {
namespace {

double MeanOfBest(std::vector<double>& z, int64_t best_items) {
  if (z.empty()) return kNoItems;
  const auto best = std::min(static_cast<std::ptrdiff_t>(best_items), std::ssize(z));
  std::partial_sort(z.begin(), z.begin() + best, z.end(), std::greater<>());
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < best; ++i) sum += z[At(i)];
  return sum / static_cast<double>(best);
}

}  // namespace

const std::vector<double>& CategoryValues::Of(int32_t user) {
  const auto [found, added] = values_.try_emplace(user);
  if (added) found->second = Compute(user);
  return found->second;
}

std::vector<double> CategoryValues::Compute(int32_t user) const {
  const auto items = At(dataset_.num_items());
  std::vector<double> logits(items);
  double sum = 0, squares = 0;
  for (size_t i = 0; i < items; ++i) {
    logits[i] = model_.Logit(user, static_cast<int>(i));
    sum += logits[i];
    squares += logits[i] * logits[i];
  }
  const double mean = sum / static_cast<double>(items);
  const double variance = squares / static_cast<double>(items) - mean * mean;
  const double sd = variance > 1e-12 ? std::sqrt(variance) : 1;

  std::vector<std::vector<double>> of_category(At(dataset_.num_categories()));
  for (size_t i = 0; i < items; ++i) {
    for (const int32_t c : dataset_.CategoriesOf(static_cast<int64_t>(i))) {
      of_category[At(c)].push_back((logits[i] - mean) / sd);
    }
  }
  std::vector<double> values;
  values.reserve(of_category.size());
  for (std::vector<double>& z : of_category) values.push_back(MeanOfBest(z, best_items_));
  return values;
}

}  // namespace lerl
