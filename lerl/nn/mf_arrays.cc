#include "lerl/nn/mf_arrays.h"

namespace lerl {

void SaveMf(const MfModel& model, const std::string& prefix, Arrays& arrays) {
  arrays[prefix + "user_factors"] =
      Array::Of({model.users, model.factors}, model.user_factors.data());
  arrays[prefix + "item_factors"] =
      Array::Of({model.items, model.factors}, model.item_factors.data());
  arrays[prefix + "user_bias"] = Array::Of(model.user_bias);
  arrays[prefix + "item_bias"] = Array::Of(model.item_bias);
  arrays[prefix + "mean"] = Array::Of({1}, &model.mean);
}

MfModel LoadMf(const TensorFile& file, const std::string& prefix) {
  const Arrays& arrays = file.arrays;
  const auto extent = [&](const char* name, size_t axis) {
    const std::vector<int64_t>& shape = file.at(prefix + name).shape;
    return axis < shape.size() ? shape[axis] : int64_t{0};
  };
  const int64_t users = extent("user_factors", 0), items = extent("item_factors", 0),
                factors = extent("user_factors", 1);
  return {.users = static_cast<int>(users),
          .items = static_cast<int>(items),
          .factors = static_cast<int>(factors),
          .user_factors = ReadValues<float>(arrays, prefix + "user_factors", {users, factors}),
          .item_factors = ReadValues<float>(arrays, prefix + "item_factors", {items, factors}),
          .user_bias = ReadValues<float>(arrays, prefix + "user_bias", {users}),
          .item_bias = ReadValues<float>(arrays, prefix + "item_bias", {items}),
          .mean = ReadValue<float>(arrays, prefix + "mean")};
}

}  // namespace lerl
