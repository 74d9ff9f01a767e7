#include "lerl/sim/item_vectors.h"

#include <cmath>

#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

std::vector<float> FitUnitItemVectors(const Dataset& dataset, const Split& split) {
  std::vector<int32_t> users, items;
  std::vector<float> targets;
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    for (int64_t row = dataset.RowsBegin(user); row < split.train_end[static_cast<size_t>(user)];
         ++row) {
      users.push_back(static_cast<int32_t>(user));
      items.push_back(dataset.items[static_cast<size_t>(row)]);
      targets.push_back(dataset.responses[0][static_cast<size_t>(row)]);
    }
  }
  MfConfig config;
  config.factors = kItemVectorWidth;
  config.row_share = 1;
  MfModel model = FitMf(users, items, targets, static_cast<int>(dataset.num_users()),
                        static_cast<int>(dataset.num_items()), config);
  std::vector<float>& vectors = model.item_factors;
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
