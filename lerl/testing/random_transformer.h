#pragma once
// For tests: random weights and inputs of a Transformer (nn/incremental_transformer.h).

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/nn/incremental_transformer.h"

namespace lerl {

inline std::vector<float> Normals(int64_t count, double scale, Rng& rng) {
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = static_cast<float>(scale * rng.Normal());
  return values;
}

inline Arrays RandomWeights(const TransformerConfig& config) {
  Rng rng(1, "weights");
  Arrays arrays;
  const auto add = [&](const std::string& name, std::vector<int64_t> shape) {
    const int64_t count =
        std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
    const double scale = shape.size() == 2 ? 1 / std::sqrt(static_cast<double>(shape[1])) : 0.5;
    arrays["net." + name] = Array::Of<float>(shape, Normals(count, scale, rng).data());
  };
  const int64_t width = config.width, hidden = config.feed_forward;
  for (int64_t l = 0; l < config.layers; ++l) {
    const std::string block = "block" + std::to_string(l) + ".";
    for (const char* norm : {"norm1", "norm2"}) {
      add(block + norm + ".weight", {width});
      add(block + norm + ".bias", {width});
    }
    add(block + "qkv.weight", {3 * width, width});
    add(block + "qkv.bias", {3 * width});
    add(block + "out.weight", {width, width});
    add(block + "out.bias", {width});
    add(block + "up.weight", {hidden, width});
    add(block + "up.bias", {hidden});
    add(block + "down.weight", {width, hidden});
    add(block + "down.bias", {width});
    add(block + "relative", {config.heads, config.band});
  }
  add("norm.weight", {width});
  add("norm.bias", {width});
  return arrays;
}

inline std::vector<float> Inputs(int64_t count) {
  Rng rng(5, "inputs");
  return Normals(count, 1, rng);
}

}  // namespace lerl
