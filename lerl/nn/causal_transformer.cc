#include "lerl/nn/causal_transformer.h"

#include <cmath>
#include <limits>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/nn/transformer_pass.h"

namespace lerl {

namespace nn = torch::nn;

namespace {

// What the backward pass needs of a batch.
struct KeptBatch : torch::CustomClassHolder {
  TransformerPass pass;
  std::vector<int64_t> lengths;       // [B]
  std::vector<size_t> offsets = {0};  // [B + 1] where the sequences begin in `kept`
  std::unique_ptr<float[]> kept;

  KeptBatch(TransformerPass p, std::vector<int64_t> l) : pass(std::move(p)), lengths(std::move(l)) {
    for (const int64_t length : lengths)
      offsets.push_back(offsets.back() + At(pass.KeptSize(length)));
  }
};

class PassFunction : public torch::autograd::Function<PassFunction> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                               const c10::intrusive_ptr<KeptBatch>& batch, bool keep,
                               at::TensorList /*parameters*/) {
    const torch::Tensor in = x.contiguous();
    torch::Tensor y = torch::zeros_like(in);
    if (keep) batch->kept = std::make_unique_for_overwrite<float[]>(batch->offsets.back());
    const int64_t row = x.size(1) * x.size(2);
    for (size_t b = 0; b < batch->lengths.size(); ++b) {
      const int64_t at = static_cast<int64_t>(b) * row;
      batch->pass.Forward(batch->lengths[b], in.data_ptr<float>() + at, y.data_ptr<float>() + at,
                          keep ? batch->kept.get() + batch->offsets[b] : nullptr);
    }
    context->saved_data["batch"] = at::IValue::make_capsule(batch);
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list slopes) {
    const auto holder = context->saved_data["batch"].toCapsule();
    const KeptBatch& batch = static_cast<const KeptBatch&>(*holder);
    const torch::Tensor dy = slopes[0].contiguous();
    torch::Tensor dx = torch::zeros_like(dy);
    TransformerPass::Gradients sums(batch.pass);
    const int64_t row = dy.size(1) * dy.size(2);
    for (size_t b = 0; b < batch.lengths.size(); ++b) {
      const int64_t at = static_cast<int64_t>(b) * row;
      batch.pass.Backward(batch.lengths[b], batch.kept.get() + batch.offsets[b],
                          dy.data_ptr<float>() + at, dx.data_ptr<float>() + at, sums);
    }
    torch::autograd::variable_list out = {dx, torch::Tensor(), torch::Tensor()};
    std::vector<float*> gradients;
    for (const std::vector<int64_t>& shape : batch.pass.Shapes()) {
      out.push_back(torch::empty(shape));
      gradients.push_back(out.back().data_ptr<float>());
    }
    sums.Write(gradients);
    return out;
  }
};

}  // namespace

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
    for (const torch::Tensor& p :
         {block.norm1->weight, block.norm1->bias, block.qkv->weight, block.qkv->bias,
          block.out->weight, block.out->bias, block.norm2->weight, block.norm2->bias,
          block.up->weight, block.up->bias, block.down->weight, block.down->bias, block.relative})
      parameters_.push_back(p);
    blocks_.push_back(std::move(block));
  }
  norm_ = child("norm", nn::LayerNorm(nn::LayerNormOptions({width})));
  parameters_.push_back(norm_->weight);
  parameters_.push_back(norm_->bias);
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

torch::Tensor CausalTransformerImpl::forward(const torch::Tensor& x, std::vector<int64_t> lengths) {
  if (dropout_ > 0 && is_training()) return ByOperators(x);
  if (lengths.empty()) lengths.assign(At(x.size(0)), x.size(1));
  LERL_CHECK_EQ(std::ssize(lengths), x.size(0));
  std::vector<const float*> pointers;
  for (const torch::Tensor& p : parameters_) pointers.push_back(p.data_ptr<float>());
  auto batch =
      c10::make_intrusive<KeptBatch>(TransformerPass(config_, pointers), std::move(lengths));
  return PassFunction::apply(x, batch, at::GradMode::is_enabled(), at::TensorList(parameters_));
}

torch::Tensor CausalTransformerImpl::ByOperators(const torch::Tensor& input) {
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
