#pragma once
// The banded causal Transformer of nn/incremental_transformer.h as a libtorch module, for training.
// Include from .cc files only (costs <torch/torch.h>).

#include <torch/torch.h>

#include "lerl/nn/incremental_transformer.h"

namespace lerl {

class CausalTransformerImpl : public torch::nn::Module {
 public:
  explicit CausalTransformerImpl(const TransformerConfig& config);

  // x float [B, S, D] -> [B, S, D]. Sequences are left-aligned; what stands after a sequence's end
  // never reaches its positions, so padding needs no mask.
  torch::Tensor forward(const torch::Tensor& x);

 private:
  struct Block;
  const TransformerConfig config_;
  std::vector<Block> blocks_;
};
TORCH_MODULE(CausalTransformer);

}  // namespace lerl
