#include "lerl/agents/items/rowless_items.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lerl/agents/items/category_means.h"
#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/nn/ridge.h"

namespace lerl {
namespace {

// v_i and the width of it.
class ItemRows {
 public:
  explicit ItemRows(MfModel& model) : model_(model), inner_(At(model.factors)) {}
  size_t width() const { return inner_ + 1; }
  double At(size_t item, size_t column) const {
    return static_cast<double>(column < inner_ ? model_.item_factors[item * inner_ + column]
                                               : model_.item_bias[item]);
  }
  void Set(size_t item, size_t column, double value) {
    float& cell =
        column < inner_ ? model_.item_factors[item * inner_ + column] : model_.item_bias[item];
    cell = static_cast<float>(value);
  }

 private:
  static size_t At(int value) { return lerl::At(value); }
  MfModel& model_;
  const size_t inner_;
};

// A mean of v_i by p_i.
struct WeightedMean {
  explicit WeightedMean(size_t width) : sum(width) {}
  void Add(const ItemRows& rows, size_t item, double p) {
    for (size_t d = 0; d < sum.size(); ++d) sum[d] += p * rows.At(item, d);
    weight += p;
  }
  double Of(size_t column) const { return sum[column] / weight; }
  std::vector<double> sum;
  double weight = 0;
};

WeightedMean MeanOfAll(const ItemRows& rows, std::span<const double> roots) {
  WeightedMean all(rows.width());
  for (size_t item = 0; item < roots.size(); ++item)
    if (roots[item] > 0) all.Add(rows, item, roots[item]);
  return all;
}

// The sums of a weighted regression on features, of all columns of v at once.
class FeatureFit {
 public:
  FeatureFit(std::span<const float> features, std::span<const double> roots, const ItemRows& rows,
             const WeightedMean& mean)
      : width_(features.size() / roots.size()),
        features_(features),
        roots_(roots),
        rows_(rows),
        mean_(mean) {}

  // B [columns, D] of equation (2) for a penalty, over the items that `use` takes.
  template <typename Use>
  std::vector<std::vector<double>> Solve(double penalty, const Use& use) const {
    // 1. A + penalty I, and b of each column.
    Ridge sums(static_cast<int64_t>(width_), penalty);
    std::vector<std::vector<double>> b(rows_.width(), std::vector<double>(width_));
    for (size_t item = 0; item < roots_.size(); ++item) {
      if (roots_[item] == 0 || !use(item)) continue;
      const std::vector<double> x = Features(item);
      sums.Add(x, 0, roots_[item]);
      for (size_t column = 0; column < b.size(); ++column)
        for (size_t d = 0; d < width_; ++d)
          b[column][d] += roots_[item] * Deviation(item, column) * x[d];
    }
    sums.Solve("the map from texts to item vectors");
    // 2. B = b (A + penalty I)^-1, which is symmetric.
    const std::vector<double> inverse = sums.Inverse();
    std::vector<std::vector<double>> map(b.size(), std::vector<double>(width_));
    for (size_t column = 0; column < b.size(); ++column)
      for (size_t row = 0; row < width_; ++row)
        for (size_t d = 0; d < width_; ++d)
          map[column][row] += inverse[row * width_ + d] * b[column][d];
    return map;
  }
  double Deviation(size_t item, size_t column) const {
    return rows_.At(item, column) - mean_.Of(column);
  }
  double Predict(std::span<const double> map, size_t item) const {
    double sum = 0;
    for (size_t d = 0; d < width_; ++d)
      sum += map[d] * static_cast<double>(features_[item * width_ + d]);
    return sum;
  }

 private:
  std::vector<double> Features(size_t item) const {
    const auto row = features_.subspan(item * width_, width_);
    return {row.begin(), row.end()};
  }

  const size_t width_;
  const std::span<const float> features_;
  const std::span<const double> roots_;
  const ItemRows& rows_;
  const WeightedMean& mean_;
};

// The penalty of each column that predicts the items that were left out best.
std::vector<double> ChoosePenalties(const FeatureFit& fit, std::span<const double> roots,
                                    size_t columns) {
  std::vector<uint8_t> left_out(roots.size());
  size_t with_rows = 0;
  for (size_t item = 0; item < roots.size(); ++item)
    if (roots[item] > 0) left_out[item] = ++with_rows % kHeldOutEvery == 0 ? 1 : 0;
  std::vector<double> best(columns, std::numeric_limits<double>::infinity());
  std::vector<double> chosen(columns, kPenalties.back());
  for (const double penalty : kPenalties) {
    const auto map = fit.Solve(penalty, [&](size_t item) { return left_out[item] == 0; });
    for (size_t column = 0; column < columns; ++column) {
      double error = 0;
      for (size_t item = 0; item < roots.size(); ++item) {
        if (left_out[item] == 0) continue;
        const double miss = fit.Deviation(item, column) - fit.Predict(map[column], item);
        error += roots[item] * miss * miss;
      }
      if (error >= best[column]) continue;
      best[column] = error;
      chosen[column] = penalty;
    }
  }
  return chosen;
}

// Equation (1) of the header, of the rows of a matrix [I, width] without weight.
void FillRows(const Dataset& dataset, std::span<const double> roots, std::vector<float>& matrix) {
  const CategoryMeans means(dataset, roots, matrix, /*prior=*/0);
  for (size_t item = 0; item < roots.size(); ++item) {
    if (roots[item] > 0) continue;
    std::vector<std::span<const double>> near;
    for (const int32_t c : dataset.CategoriesOf(static_cast<int64_t>(item)))
      if (!means.Of(c).empty()) near.push_back(means.Of(c));
    if (near.empty()) near.push_back(means.OfAll());
    for (size_t d = 0; d < means.width(); ++d) {
      double sum = 0;
      for (const std::span<const double> mean : near) sum += mean[d];
      matrix[item * means.width() + d] = static_cast<float>(sum / static_cast<double>(near.size()));
    }
  }
}

}  // namespace

std::vector<double> RootsOfRows(const Dataset& dataset, const Split& split) {
  std::vector<double> roots(At(dataset.num_items()), 0);
  for (int64_t user = 0; user < dataset.num_users(); ++user)
    for (const int64_t row : PastRows(dataset, split, user)) ++roots[At(dataset.items[At(row)])];
  for (double& p : roots) p = std::sqrt(p);
  return roots;
}

void FillByNeighbours(const Dataset& dataset, std::span<const double> roots, MfModel& model) {
  LERL_CHECK_EQ(std::ssize(roots), model.items);
  if (std::ranges::all_of(roots, [](double p) { return p == 0; })) return;
  for (std::vector<float>* matrix : {&model.item_factors, &model.item_bias})
    FillRows(dataset, roots, *matrix);
}

void FillByFeatures(std::span<const float> features, std::span<const double> roots,
                    MfModel& model) {
  LERL_CHECK_EQ(std::ssize(roots), model.items);
  LERL_CHECK(!features.empty() && features.size() % roots.size() == 0);
  ItemRows rows(model);
  const WeightedMean mean = MeanOfAll(rows, roots);
  if (mean.weight == 0) return;
  // 1. A penalty for each column, and B of every penalty that some column chose.
  const FeatureFit fit(features, roots, rows, mean);
  const std::vector<double> penalties = ChoosePenalties(fit, roots, rows.width());
  std::vector<std::vector<double>> map(rows.width());
  for (const double penalty : kPenalties) {
    if (std::ranges::find(penalties, penalty) == penalties.end()) continue;
    const auto of_penalty = fit.Solve(penalty, [](size_t) { return true; });
    for (size_t column = 0; column < map.size(); ++column)
      if (penalties[column] == penalty) map[column] = of_penalty[column];
  }
  // 2. The items without rows, equation (2) of the header.
  for (size_t item = 0; item < roots.size(); ++item)
    if (roots[item] == 0)
      for (size_t column = 0; column < map.size(); ++column)
        rows.Set(item, column, mean.Of(column) + fit.Predict(map[column], item));
}

}  // namespace lerl
