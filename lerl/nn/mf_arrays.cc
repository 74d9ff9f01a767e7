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
  const Array &users = file.at(prefix + "user_factors"), &items = file.at(prefix + "item_factors");
  return {.users = static_cast<int>(users.shape.at(0)),
          .items = static_cast<int>(items.shape.at(0)),
          .factors = static_cast<int>(users.shape.at(1)),
          .user_factors = users.Values<float>(),
          .item_factors = items.Values<float>(),
          .user_bias = file.at(prefix + "user_bias").Values<float>(),
          .item_bias = file.at(prefix + "item_bias").Values<float>(),
          .mean = *file.at(prefix + "mean").Data<float>()};
}

}  // namespace lerl
