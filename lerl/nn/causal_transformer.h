#pragma once
// The banded causal Transformer of nn/incremental_transformer.h, which has its equations, as a
// libtorch module for training. Its parameters, saved by SaveModule (nn/torch_arrays.h), are the
// weights of IncrementalTransformer. Only .cc files should include it, since it includes libtorch.

#include <vector>

#include "lerl/nn/incremental_transformer.h"
#include "lerl/nn/torch.h"

namespace lerl {

class CausalTransformerImpl : public torch::nn::Module {
 public:
  // `dropout` acts on the outputs of attention and of the feed-forward part, in training mode only.
  explicit CausalTransformerImpl(const TransformerConfig& config, double dropout = 0);

  // Encodes x, float [B, S, D], as [B, S, D]. Padding stands at the end of a sequence, where no
  // position of the sequence sees it, so it needs no mask. With `lengths` [B], each at most S, the
  // positions from there on are left out: they cost nothing, and their encodings are 0. Runs
  // nn/transformer_pass.h, or libtorch's operators where activations are dropped.
  torch::Tensor forward(const torch::Tensor& x, std::vector<int64_t> lengths = {});

  // Does the same by libtorch's operators alone.
  torch::Tensor ByOperators(const torch::Tensor& x);

 private:
  struct Block {
    torch::nn::LayerNorm norm1{nullptr}, norm2{nullptr};
    torch::nn::Linear qkv{nullptr}, out{nullptr}, up{nullptr}, down{nullptr};
    torch::Tensor relative;  // [heads, band]
  };
  torch::Tensor Attention(const Block& block, const torch::Tensor& x, const torch::Tensor& distance,
                          const torch::Tensor& outside) const;

  const TransformerConfig config_;
  const double dropout_;
  std::vector<Block> blocks_;
  torch::nn::LayerNorm norm_{nullptr};
  std::vector<torch::Tensor> parameters_;  // in the order of TransformerPass
};
TORCH_MODULE(CausalTransformer);

}  // namespace lerl
