#include "lerl/agents/items/category_means.h"

#include <algorithm>

#include "lerl/base/index.h"

namespace lerl {
namespace {

void AddWeighted(std::span<const float> row, double weight, std::span<double> sum) {
  for (size_t d = 0; d < sum.size(); ++d) sum[d] += weight * static_cast<double>(row[d]);
}

}  // namespace

CategoryMeans::CategoryMeans(const Dataset& dataset, std::span<const double> weights,
                             std::span<const float> matrix, double prior)
    : width_(matrix.size() / weights.size()),
      means_(At(dataset.num_categories()) * width_),
      has_mean_(At(dataset.num_categories())),
      all_(width_) {
  // 1. The sums.
  std::vector<double> of_category(has_mean_.size(), prior);
  double of_all = 0;
  for (size_t item = 0; item < weights.size(); ++item) {
    const std::span<const float> row = matrix.subspan(item * width_, width_);
    of_all += weights[item];
    AddWeighted(row, weights[item], all_);
    for (const int32_t c : dataset.CategoriesOf(static_cast<int64_t>(item))) {
      of_category[At(c)] += weights[item];
      AddWeighted(row, weights[item], std::span(means_).subspan(At(c) * width_, width_));
    }
  }
  // 2. The means.
  for (double& value : all_) value /= std::max(of_all, 1.0);
  for (size_t c = 0; c < has_mean_.size(); ++c) {
    if (of_category[c] == 0) continue;
    has_mean_[c] = 1;
    for (size_t d = 0; d < width_; ++d) {
      double& value = means_[c * width_ + d];
      value = (value + prior * all_[d]) / of_category[c];
    }
  }
}

std::span<const double> CategoryMeans::Of(int32_t category) const {
  if (has_mean_[At(category)] == 0) return {};
  return std::span(means_).subspan(At(category) * width_, width_);
}

}  // namespace lerl
