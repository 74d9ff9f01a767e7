#pragma once
// Dense and DenseHead: layers of a network that has been trained, for play without libtorch. They
// are read from arrays under the names that libtorch gives them, and agree with it up to rounding.
//
//   Dense       y = W x + b                      as torch::nn::Linear
//   DenseHead   three of them with ReLU between  as the heads of nn/mlp.h
//
// Each row of a result depends, bit for bit, on its row of x alone (nn/row_matmul.h).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/tensor_file.h"
#include "lerl/nn/row_matmul.h"

namespace lerl {

class Dense {
 public:
  Dense() = default;
  // Reads NAME.weight [out, in] and NAME.bias [out]. Throws Error(kCheckpoint) that names an array
  // that is missing, has another shape or holds a number that is not finite.
  Dense(const Arrays& arrays, const std::string& name, int64_t out, int64_t in);
  // W [out, in] and b [out] as they are; an empty bias is 0.
  Dense(std::span<const float> weight, std::span<const float> bias, int64_t out, int64_t in)
      : matmul_(out, in, weight, bias) {}

  // y [n, out] of x [n, in].
  std::vector<float> Apply(std::span<const float> x) const;
  int64_t out() const { return matmul_.n(); }

 private:
  RowMatmul matmul_;
};

class DenseHead {
 public:
  DenseHead() = default;
  // Reads PREFIX0, PREFIX2 and PREFIX4. With `bounded` the tanh of the output is taken. Throws as
  // Dense does.
  DenseHead(const Arrays& arrays, const std::string& prefix, int64_t in, int64_t hidden,
            int64_t out, bool bounded = false);

  // y [n, out] of x [n, in].
  std::vector<float> Apply(std::span<const float> x) const;

 private:
  Dense first_, second_, last_;
  bool bounded_ = false;
};

// Sets negative values to 0.
void MakeRelu(std::span<float> values);

}  // namespace lerl
