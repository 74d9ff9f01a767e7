#include "lerl/nn/causal_transformer.h"

#include <cmath>
#include <limits>

#include "lerl/base/check.h"

namespace lerl {

namespace nn = torch::nn;

CausalTransformerImpl::CausalTransformerImpl(const TransformerConfig& config, double dropout)
    : config_(config), dropout_(dropout) {
  const int64_t width = config.width;
  LERL_CHECK_EQ(width % config.heads, 0);
  const auto child = [this](const std::string& name, const auto& options_or_module) {
    return register_module(name, options_or_module);
  };
  for (int64_t l = 0; l < config.layers; ++l) {
    auto module = std::make_shared<nn::Module>();
    Block block;
    block.norm1 = module->register_module("norm1", nn::LayerNorm(nn::LayerNormOptions({width})));
    block.norm2 = module->register_module("norm2", nn::LayerNorm(nn::LayerNormOptions({width})));
    block.qkv = module->register_module("qkv", nn::Linear(width, 3 * width));
    block.out = module->register_module("out", nn::Linear(width, width));
    block.up = module->register_module("up", nn::Linear(width, config.feed_forward));
    block.down = module->register_module("down", nn::Linear(config.feed_forward, width));
    block.relative =
        module->register_parameter("relative", torch::zeros({config.heads, config.band}));
    child("block" + std::to_string(l), module);
    blocks_.push_back(std::move(block));
  }
  norm_ = child("norm", nn::LayerNorm(nn::LayerNormOptions({width})));
}

torch::Tensor CausalTransformerImpl::Attention(const Block& block, const torch::Tensor& x,
                                               const torch::Tensor& distance,
                                               const torch::Tensor& outside) const {
  const int64_t batch = x.size(0), steps = x.size(1), heads = config_.heads;
  const int64_t head_width = config_.width / heads;
  nn::Linear qkv = block.qkv, out = block.out;
  const auto parts = qkv(x).view({batch, steps, 3, heads, head_width}).permute({2, 0, 3, 1, 4});
  const torch::Tensor bias =
      block.relative.index_select(1, distance).view({heads, steps, steps}) + outside;
  const double scale = 1.0 / std::sqrt(static_cast<double>(head_width));
  const torch::Tensor scores =
      torch::matmul(parts[0] * scale, parts[1].transpose(-1, -2)) + bias;  // [B, heads, S, S]
  const torch::Tensor mixed = torch::matmul(torch::softmax(scores, -1), parts[2]);
  return out(mixed.transpose(1, 2).reshape({batch, steps, config_.width}));
}

torch::Tensor CausalTransformerImpl::forward(const torch::Tensor& input) {
  const int64_t steps = input.size(1);
  const torch::Tensor at = torch::arange(steps, torch::kLong);
  const torch::Tensor apart = at.unsqueeze(1) - at.unsqueeze(0);  // [S, S] i - j
  const torch::Tensor outside = torch::zeros({steps, steps})
                                    .masked_fill(apart.lt(0).logical_or(apart.ge(config_.band)),
                                                 -std::numeric_limits<float>::infinity());
  const torch::Tensor distance = apart.clamp(0, config_.band - 1).view({-1});
  const auto drop = [this](const torch::Tensor& tensor) {
    return dropout_ > 0 ? torch::dropout(tensor, dropout_, is_training()) : tensor;
  };
  torch::Tensor x = input;
  for (Block& block : blocks_) {
    x = x + drop(Attention(block, block.norm1(x), distance, outside));
    x = x + drop(block.down(torch::relu(block.up(block.norm2(x)))));
  }
  return norm_(x);
}

}  // namespace lerl
