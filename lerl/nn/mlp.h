#pragma once
// The heads of all agents: two hidden layers, as one step of differentiation. By libtorch's
// operators they take thirty steps forward and back, whose dispatch costs more than the products of
// small batches.
//
//   h1 = relu(W0 x + b0)    h2 = relu(W2 h1 + b2)    y = W4 h2 + b4, with `bounded` its tanh
//
// Parameters are named as those of a Sequential of Linear and ReLU: 0, 2 and 4, .weight and .bias.

#include <torch/torch.h>

#include <cstdint>
#include <vector>

namespace lerl {

class MlpImpl : public torch::nn::Module {
 public:
  MlpImpl(int64_t in, int64_t hidden, int64_t out, bool bounded = false);

  // x [..., in] to [..., out]
  torch::Tensor forward(const torch::Tensor& x);
  // The same, but only x gets a gradient of it.
  torch::Tensor Frozen(const torch::Tensor& x);

  // Parameters p <- p + rate (q - p), with q those of `other`, of the same shapes.
  void Follow(const MlpImpl& other, double rate);

 private:
  const bool bounded_;
  std::vector<torch::Tensor> layers_;  // weight and bias of 0, 2 and 4
};
TORCH_MODULE(Mlp);

}  // namespace lerl
