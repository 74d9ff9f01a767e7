#include "lerl/sim/item_vectors.h"

#include <cmath>

#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

std::vector<float> FitUnitItemVectors(const Dataset& dataset, const Split& split) {
  MfConfig config;
  config.factors = kItemVectorWidth;
  config.row_share = 1;
  std::vector<float> vectors = FitMfOnTrainingRows(dataset, split, config).item_factors;
  for (size_t i = 0; i < vectors.size(); i += kItemVectorWidth) {
    double squares = 0;
    for (size_t f = i; f < i + kItemVectorWidth; ++f)
      squares += static_cast<double>(vectors[f]) * static_cast<double>(vectors[f]);
    const double length = std::sqrt(squares);
    for (size_t f = i; f < i + kItemVectorWidth; ++f)
      vectors[f] = static_cast<float>(vectors[f] / length);
  }
  return vectors;
}

}  // namespace lerl
