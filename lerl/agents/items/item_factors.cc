#include "lerl/agents/items/item_factors.h"

#include <cmath>
#include <utility>

#include "lerl/base/index.h"

namespace lerl {
namespace {

void StandardiseColumns(std::vector<float>& matrix, size_t width) {
  const size_t rows = matrix.size() / width;
  for (size_t column = 0; column < width; ++column) {
    double sum = 0, squares = 0;
    for (size_t row = 0; row < rows; ++row) {
      const double x = static_cast<double>(matrix[row * width + column]);
      sum += x;
      squares += x * x;
    }
    const double mean = sum / static_cast<double>(rows);
    const double variance = squares / static_cast<double>(rows) - mean * mean;
    const double scale = variance > 1e-12 ? 1 / std::sqrt(variance) : 0;
    for (size_t row = 0; row < rows; ++row) {
      float& x = matrix[row * width + column];
      x = static_cast<float>((static_cast<double>(x) - mean) * scale);
    }
  }
}

}  // namespace

ItemFactors FitItemFactors(const Dataset& dataset, const Split& split, const MfConfig& config) {
  return FactorsOf(FitMfOnTrainingRows(dataset, split, config));
}

ItemFactors FactorsOf(MfModel model) {
  // One row [q_i, b_i] per item; its columns are then standardised, equation (1) of the header.
  ItemFactors factors;
  factors.model = std::move(model);
  const auto inner = At(factors.model.factors);
  const size_t width = inner + 1;
  const auto num_items = At(factors.model.items);
  factors.width = static_cast<int>(width);
  factors.vectors.resize(num_items * width);
  for (size_t item = 0; item < num_items; ++item) {
    for (size_t d = 0; d < inner; ++d)
      factors.vectors[item * width + d] = factors.model.item_factors[item * inner + d];
    factors.vectors[item * width + inner] = factors.model.item_bias[item];
  }
  StandardiseColumns(factors.vectors, width);
  return factors;
}

}  // namespace lerl
