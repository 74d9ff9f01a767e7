#pragma once
// The banded causal Transformer of nn/incremental_transformer.h as a libtorch module, for training.
// Its parameters, saved by SaveModule (nn/torch_arrays.h), are the weights of
// IncrementalTransformer. Include from .cc files only (costs <torch/torch.h>).

#include <torch/torch.h>

#include <vector>

#include "lerl/nn/incremental_transformer.h"

namespace lerl {

class CausalTransformerImpl : public torch::nn::Module {
 public:
  // `dropout` acts on the output of attention and of the feed-forward part, in training mode only.
  explicit CausalTransformerImpl(const TransformerConfig& config, double dropout = 0);

  // x float [B, S, D] -> [B, S, D]. Sequences are left-aligned; what stands after a sequence's end
  // never reaches its positions, so padding needs no mask. With `lengths` [B] (at most S) positions
  // from there on are left out: they cost nothing and are 0. Goes through nn/transformer_pass.h,
  // and through operators where activations are dropped.
  torch::Tensor forward(const torch::Tensor& x, std::vector<int64_t> lengths = {});

  // The same network of libtorch's operators alone.
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
