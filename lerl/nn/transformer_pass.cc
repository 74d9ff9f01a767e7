#include "lerl/nn/transformer_pass.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/nn/banded_attention.h"
#include "lerl/nn/layer_norm.h"
#include "lerl/nn/simd.h"
#include "lerl/nn/tile_matmul.h"

namespace lerl {
namespace {

// sum [n] += the rows of x [rows, n].
void AddRows(int64_t rows, int64_t n, const float* x, std::vector<float>& sum) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < n; c += kLanes)
      StoreLanes(&sum[At(c)], LoadLanes(&sum[At(c)]) + LoadLanes(x + r * n + c));
}

// Copies the columns [0, width) of from [rows, from_stride] to those of to [rows, to_stride]. The
// other columns stay as they are.
void CopyRows(int64_t rows, int64_t width, const float* from, int64_t from_stride, float* to,
              int64_t to_stride) {
  for (int64_t r = 0; r < rows; ++r) std::copy_n(from + r * from_stride, width, to + r * to_stride);
}

}  // namespace

// The parts of one block that Backward needs. Axes: S steps, Q steps in whole lanes.
struct TransformerPass::Kept {
  float *norm1, *scale1;  // [S, D], [S]
  float* qkv;             // [S, 3 D]
  float* attention;       // [heads, S, Q], and a lane
  float* mixed;           // [S, D]
  float *norm2, *scale2;
  float* hidden;  // [S, hidden]
};

struct TransformerPass::Scratch {
  // x is the residual stream: its values in the forward pass, its gradient in the backward pass.
  std::vector<float> x, normed, wide, hidden;

  Scratch(const TransformerPass& pass, int64_t steps)
      : x(At(steps * pass.width_)),
        normed(x.size()),
        wide(3 * x.size()),
        hidden(At(steps * pass.hidden_)) {}
};

TransformerPass::Linear TransformerPass::MakeLinear(const float* weight, const float* bias,
                                                    int64_t out, int64_t in, int64_t parts) const {
  const int64_t rows = RoundToLanes(out / parts);  // rows of a part; qkv has three parts
  Linear linear{parts * rows, RoundToLanes(in), {}, {}, {}};
  linear.forward.resize(At(linear.in * linear.out));
  linear.backward.resize(linear.forward.size());
  linear.bias.resize(At(linear.out));
  for (int64_t n = 0; n < out; ++n) {
    const int64_t row = n / (out / parts) * rows + n % (out / parts);
    linear.bias[At(row)] = bias[n];
    for (int64_t k = 0; k < in; ++k)
      linear.forward[At(k * linear.out + row)] = linear.backward[At(row * linear.in + k)] =
          weight[n * in + k];
  }
  return linear;
}

void TransformerPass::Apply(const Linear& linear, int64_t rows, const float* x, float* y,
                            bool add) {
  TileMatmul(rows, linear.in, linear.out, {x, linear.in}, linear.forward.data(), linear.out,
             linear.bias.data(), y, linear.out, add);
}

void TransformerPass::ApplyBack(const Linear& linear, int64_t rows, const float* dy, float* dx) {
  TileMatmul(rows, linear.out, linear.in, {dy, linear.out}, linear.backward.data(), linear.in,
             nullptr, dx, linear.in);
}

void TransformerPass::Learn(const Linear& linear, int64_t rows, const float* x, const float* dy,
                            std::vector<float>& weight, std::vector<float>& bias) {
  TileMatmul(linear.out, rows, linear.in, {dy, 1, linear.out}, x, linear.in, nullptr, weight.data(),
             linear.in, true);
  AddRows(rows, linear.out, dy, bias);
}

TransformerPass::TransformerPass(const TransformerConfig& config,
                                 std::span<const float* const> parameters)
    : config_(config),
      width_(RoundToLanes(config.width)),
      hidden_(RoundToLanes(config.feed_forward)) {
  LERL_CHECK_EQ(parameters.size(), NumParameters(config));
  LERL_CHECK_EQ(config.width % config.heads, 0);
  const int64_t width = config.width, hidden = config.feed_forward;
  const auto norm = [this, width](const float* weight, const float* bias) {
    Norm out{std::vector<float>(At(width_)), std::vector<float>(At(width_))};
    std::copy_n(weight, width, out.weight.begin());
    std::copy_n(bias, width, out.bias.begin());
    return out;
  };
  for (size_t l = 0; l < At(config.layers); ++l) {
    const float* const* p = parameters.data() + l * kOfBlock;
    Block block{norm(p[0], p[1]),
                norm(p[6], p[7]),
                MakeLinear(p[2], p[3], 3 * width, width, 3),
                MakeLinear(p[4], p[5], width, width, 1),
                MakeLinear(p[8], p[9], hidden, width, 1),
                MakeLinear(p[10], p[11], width, hidden, 1),
                {}};
    const int64_t row = config.band + kLanes;
    block.relative.resize(At(config.heads * row));
    for (int64_t h = 0; h < config.heads; ++h)
      std::reverse_copy(p[12] + h * config.band, p[12] + (h + 1) * config.band,
                        &block.relative[At(h * row)]);
    blocks_.push_back(std::move(block));
  }
  norm_ = norm(parameters[parameters.size() - 2], parameters[parameters.size() - 1]);
}

std::vector<std::vector<int64_t>> TransformerPass::Shapes() const {
  const int64_t width = config_.width, hidden = config_.feed_forward;
  std::vector<std::vector<int64_t>> shapes;
  for (int64_t l = 0; l < config_.layers; ++l)
    for (const std::vector<int64_t>& shape :
         std::initializer_list<std::vector<int64_t>>{{width},
                                                     {width},
                                                     {3 * width, width},
                                                     {3 * width},
                                                     {width, width},
                                                     {width},
                                                     {width},
                                                     {width},
                                                     {hidden, width},
                                                     {hidden},
                                                     {width, hidden},
                                                     {width},
                                                     {config_.heads, config_.band}})
      shapes.push_back(shape);
  shapes.insert(shapes.end(), 2, {width});
  return shapes;
}

TransformerPass::Kept TransformerPass::KeptOf(int64_t steps, float* data) const {
  const auto take = [&data](int64_t count) {
    float* at = data;
    data += RoundToLanes(count);
    return at;
  };
  Kept kept{};
  kept.norm1 = take(steps * width_);
  kept.scale1 = take(steps);
  kept.qkv = take(3 * steps * width_);
  kept.attention = take(config_.heads * BandedAttention::Size(steps));
  kept.mixed = take(steps * width_);
  kept.norm2 = take(steps * width_);
  kept.scale2 = take(steps);
  kept.hidden = take(steps * hidden_);
  return kept;
}

int64_t TransformerPass::BlockSize(int64_t steps) const {
  return 6 * steps * width_ + steps * hidden_ + 2 * RoundToLanes(steps) +
         config_.heads * BandedAttention::Size(steps);
}

int64_t TransformerPass::KeptSize(int64_t steps) const {
  return config_.layers * BlockSize(steps) + steps * width_ + RoundToLanes(steps);
}

// Writes kept.attention and kept.mixed from kept.qkv.
void TransformerPass::Attend(int64_t steps, const Block& block, Kept& kept) const {
  const int64_t width = config_.width / config_.heads;
  BandedAttention head(steps, width, config_.band, 3 * width_, width_);
  std::fill_n(kept.mixed, steps * width_, 0.0f);
  for (int64_t h = 0; h < config_.heads; ++h) {
    const float* qkv = kept.qkv + h * width;
    head.Forward(qkv, qkv + width_, qkv + 2 * width_,
                 block.relative.data() + h * (config_.band + kLanes),
                 kept.attention + h * BandedAttention::Size(steps), kept.mixed + h * width);
  }
}

void TransformerPass::Forward(int64_t steps, const float* x, float* y, float* kept_data) const {
  const int64_t width = config_.width;
  std::vector<float> own(kept_data == nullptr ? At(KeptSize(steps)) : 0);
  float* data = kept_data == nullptr ? own.data() : kept_data;
  Scratch work(*this, steps);
  CopyRows(steps, width, x, width, work.x.data(), width_);
  for (const Block& block : blocks_) {
    Kept kept = KeptOf(steps, data);
    data += BlockSize(steps);
    // 1. x += W_o mix + b_o.
    NormForward(steps, width, block.norm1.weight, block.norm1.bias, work.x.data(), kept.norm1,
                kept.scale1, work.normed.data());
    Apply(block.qkv, steps, work.normed.data(), kept.qkv);
    Attend(steps, block, kept);
    Apply(block.out, steps, kept.mixed, work.x.data(), true);
    // 2. x += W_2 relu(W_1 LN2(x) + b_1) + b_2.
    NormForward(steps, width, block.norm2.weight, block.norm2.bias, work.x.data(), kept.norm2,
                kept.scale2, work.normed.data());
    Apply(block.up, steps, work.normed.data(), kept.hidden);
    for (float* h = kept.hidden; h != kept.hidden + steps * hidden_; h += kLanes) {
      const Lanes lanes = LoadLanes(h);
      StoreLanes(h, lanes > 0.0f ? lanes : Lanes{});
    }
    Apply(block.down, steps, kept.hidden, work.x.data(), true);
  }
  // 3. The last LayerNorm.
  NormForward(steps, width, norm_.weight, norm_.bias, work.x.data(), data, data + steps * width_,
              work.normed.data());
  CopyRows(steps, width, work.normed.data(), width_, y, width);
}

// Writes the gradient of qkv to work.wide, from the gradient of `mixed` in work.normed.
void TransformerPass::AttendBack(int64_t steps, const Kept& kept, Scratch& work,
                                 Gradients::Block& gradients) const {
  const int64_t width = config_.width / config_.heads;
  BandedAttention head(steps, width, config_.band, 3 * width_, width_);
  std::ranges::fill(work.wide, 0.0f);
  for (int64_t h = 0; h < config_.heads; ++h) {
    const float* qkv = kept.qkv + h * width;
    float* slope = work.wide.data() + h * width;
    head.Backward(qkv, qkv + width_, qkv + 2 * width_,
                  kept.attention + h * BandedAttention::Size(steps), work.normed.data() + h * width,
                  slope, slope + width_, slope + 2 * width_,
                  gradients.relative.data() + h * (config_.band + kLanes));
  }
}

void TransformerPass::Backward(int64_t steps, const float* kept_data, const float* dy, float* dx,
                               Gradients& gradients) const {
  const int64_t width = config_.width;
  float* data = const_cast<float*>(kept_data);  // Kept has no const form; nothing is written here
  Scratch work(*this, steps);
  // 1. The last LayerNorm.
  const float* last = data + config_.layers * BlockSize(steps);
  CopyRows(steps, width, dy, width, work.normed.data(), width_);
  NormBackward(steps, width, norm_.weight, last, last + steps * width_, work.normed.data(),
               work.x.data(), gradients.norm_);
  for (int64_t l = config_.layers - 1; l >= 0; --l) {
    const Block& block = blocks_[At(l)];
    const Kept kept = KeptOf(steps, data + l * BlockSize(steps));
    Gradients::Block& gradient = gradients.blocks_[At(l)];
    // 2. The feed-forward part of each block, from the last block to the first.
    Learn(block.down, steps, kept.hidden, work.x.data(), gradient.down, gradient.down_bias);
    ApplyBack(block.down, steps, work.x.data(), work.hidden.data());
    for (size_t i = 0; i < work.hidden.size(); i += kLanes) {
      const Lanes on = LoadLanes(kept.hidden + i), slope = LoadLanes(&work.hidden[i]);
      StoreLanes(&work.hidden[i], on > 0.0f ? slope : Lanes{});
    }
    NormAgain(steps, block.norm2.weight, block.norm2.bias, kept.norm2, work.normed.data());
    Learn(block.up, steps, work.normed.data(), work.hidden.data(), gradient.up, gradient.up_bias);
    ApplyBack(block.up, steps, work.hidden.data(), work.normed.data());
    NormBackward(steps, width, block.norm2.weight, kept.norm2, kept.scale2, work.normed.data(),
                 work.x.data(), gradient.norm2);

    // 3. Its attention.
    Learn(block.out, steps, kept.mixed, work.x.data(), gradient.out, gradient.out_bias);
    ApplyBack(block.out, steps, work.x.data(), work.normed.data());
    AttendBack(steps, kept, work, gradient);
    NormAgain(steps, block.norm1.weight, block.norm1.bias, kept.norm1, work.normed.data());
    Learn(block.qkv, steps, work.normed.data(), work.wide.data(), gradient.qkv, gradient.qkv_bias);
    ApplyBack(block.qkv, steps, work.wide.data(), work.normed.data());
    NormBackward(steps, width, block.norm1.weight, kept.norm1, kept.scale1, work.normed.data(),
                 work.x.data(), gradient.norm1);
  }
  CopyRows(steps, width, work.x.data(), width_, dx, width);
}

TransformerPass::Gradients::Gradients(const TransformerPass& pass)
    : pass_(pass), norm_(At(2 * pass.width_)) {
  for (const TransformerPass::Block& block : pass.blocks_)
    blocks_.push_back(
        {std::vector<float>(norm_.size()), std::vector<float>(norm_.size()),
         std::vector<float>(block.qkv.backward.size()),
         std::vector<float>(block.out.backward.size()),
         std::vector<float>(block.up.backward.size()),
         std::vector<float>(block.down.backward.size()), std::vector<float>(block.qkv.bias.size()),
         std::vector<float>(block.out.bias.size()), std::vector<float>(block.up.bias.size()),
         std::vector<float>(block.down.bias.size()), std::vector<float>(block.relative.size())});
}

void TransformerPass::Gradients::Write(std::span<float* const> out) const {
  const TransformerConfig& config = pass_.config_;
  const int64_t width = config.width, padded = pass_.width_, hidden = config.feed_forward;
  LERL_CHECK_EQ(out.size(), NumParameters(config));
  const auto norm = [&](const std::vector<float>& sum, float* const* to) {
    std::copy_n(sum.data(), width, to[0]);
    std::copy_n(sum.data() + padded, width, to[1]);
  };
  const auto linear = [](const std::vector<float>& weight, const std::vector<float>& bias,
                         int64_t rows, int64_t columns, int64_t parts, float* const* to) {
    const int64_t stride = RoundToLanes(columns), part = rows / parts, whole = RoundToLanes(part);
    for (int64_t n = 0; n < rows; ++n) {
      const int64_t row = n / part * whole + n % part;
      std::copy_n(&weight[At(row * stride)], columns, to[0] + n * columns);
      to[1][n] = bias[At(row)];
    }
  };
  for (size_t l = 0; l < blocks_.size(); ++l) {
    const Block& b = blocks_[l];
    float* const* to = out.data() + l * kOfBlock;
    norm(b.norm1, to);
    linear(b.qkv, b.qkv_bias, 3 * width, width, 3, to + 2);
    linear(b.out, b.out_bias, width, width, 1, to + 4);
    norm(b.norm2, to + 6);
    linear(b.up, b.up_bias, hidden, width, 1, to + 8);
    linear(b.down, b.down_bias, width, hidden, 1, to + 10);
    for (int64_t h = 0; h < config.heads; ++h) {
      const float* row = &b.relative[At(h * (config.band + kLanes))];
      std::reverse_copy(row, row + config.band, to[12] + h * config.band);
    }
  }
  norm(norm_, out.data() + out.size() - 2);
}

}  // namespace lerl
