#pragma once
// The heads of all agents, with two hidden layers:
//
//   h1 = relu(W0 x + b0)
//   h2 = relu(W2 h1 + b2)
//   y  = W4 h2 + b4           or, with `bounded`, the tanh of this
//
// Parameters are named as in libtorch's Sequential of Linear and ReLU: 0, 2 and 4, each with
// .weight and .bias.
//
// A head is one step of differentiation. libtorch's operators would take thirty forward and back,
// whose dispatch costs more than the products of small batches.

#include <cstdint>
#include <vector>

#include "lerl/nn/torch.h"

namespace lerl {

class MlpImpl : public torch::nn::Module {
 public:
  MlpImpl(int64_t in, int64_t hidden, int64_t out, bool bounded = false);

  // y [..., out] of x [..., in].
  torch::Tensor forward(const torch::Tensor& x);
  // The same, but x alone gets a gradient, and the parameters none.
  torch::Tensor Frozen(const torch::Tensor& x);

  // Moves the parameters p towards the parameters q of `other`, which has the same shapes:
  //   p <- p + rate (q - p)
  void Follow(const MlpImpl& other, double rate);

  // Changes the last layer so that the head says scale y + shift where it said y; not of a bounded
  // one.
  void ChangeOutput(double scale, double shift);

 private:
  const bool bounded_;
  std::vector<torch::Tensor> layers_;  // weight and bias of 0, 2 and 4
};
TORCH_MODULE(Mlp);

}  // namespace lerl
