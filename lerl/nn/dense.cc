#include "lerl/nn/dense.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/nn/simd.h"

namespace lerl {

Dense::Dense(const Arrays& arrays, const std::string& name, int64_t out, int64_t in)
    : matmul_(out, in, ReadValues<float>(arrays, name + ".weight", {out, in}),
              ReadValues<float>(arrays, name + ".bias", {out})) {}

std::vector<float> Dense::Apply(std::span<const float> x) const {
  const int64_t rows = std::ssize(x) / matmul_.k(), padded = RoundToLanes(out());
  LERL_CHECK_EQ(rows * matmul_.k(), std::ssize(x));
  std::vector<float> y(At(rows * padded));
  matmul_.Apply(rows, x.data(), matmul_.k(), y.data(), padded);
  if (padded == out()) return y;
  for (int64_t row = 1; row < rows; ++row)
    std::copy_n(y.data() + row * padded, out(), y.data() + row * out());
  y.resize(At(rows * out()));
  return y;
}

DenseHead::DenseHead(const Arrays& arrays, const std::string& prefix, int64_t in, int64_t hidden,
                     int64_t out, bool bounded)
    : first_(arrays, prefix + "0", hidden, in),
      second_(arrays, prefix + "2", hidden, hidden),
      last_(arrays, prefix + "4", out, hidden),
      bounded_(bounded) {}

std::vector<float> DenseHead::Apply(std::span<const float> x) const {
  std::vector<float> h1 = first_.Apply(x);
  MakeRelu(h1);
  std::vector<float> h2 = second_.Apply(h1);
  MakeRelu(h2);
  std::vector<float> y = last_.Apply(h2);
  if (bounded_)
    for (float& value : y) value = std::tanh(value);
  return y;
}

void MakeRelu(std::span<float> values) {
  for (float& value : values) value = value > 0 ? value : 0;
}

}  // namespace lerl
