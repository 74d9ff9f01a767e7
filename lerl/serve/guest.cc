#include "lerl/serve/guest.h"

#include <utility>
#include <vector>

namespace lerl {
namespace {

template <typename T>
Column<T> WithOneMore(const Column<T>& column, T value) {
  std::vector<T> values(column.begin(), column.end());
  values.push_back(value);
  return values;
}

}  // namespace

int32_t AddGuest(World& world) {
  // 1. The data set: no rows, and no feature is known.
  Dataset& dataset = world.dataset;
  const auto guest = static_cast<int32_t>(dataset.num_users());
  dataset.user_ids.emplace_back();
  dataset.user_offsets = WithOneMore(dataset.user_offsets, dataset.num_interactions());
  for (Feature& feature : dataset.user_features) feature.codes = WithOneMore(feature.codes, 0);
  // 2. The split: an empty past, an empty future.
  Split& split = world.split;
  split.train_end.push_back(dataset.num_interactions());
  split.valid_end.push_back(dataset.num_interactions());
  if (!split.closed.empty()) split.closed.push_back(1);
  // 3. The policy side's factorisation: what is left are the biases of the items.
  MfModel& model = world.factors.model;
  ++model.users;
  model.user_factors.resize(model.user_factors.size() + static_cast<size_t>(model.factors), 0.0f);
  model.user_bias.push_back(0);
  return guest;
}

}  // namespace lerl
