#include "lerl/agents/learning/state_encoder.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/nn/causal_transformer.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

namespace nn = torch::nn;

torch::Tensor Indices(std::span<const int> slots) {
  return torch::tensor(std::vector<int64_t>(slots.begin(), slots.end()), torch::kInt64);
}

// Lengths [B] of the sequences: the tokens up to the last one that is not all zero, and at least
// one. Padding is all zero, and of the tokens the first one alone is
// (agents/learning/session_tokens.h).
std::vector<int64_t> Lengths(const torch::Tensor& tokens) {
  const torch::Tensor dense = tokens.contiguous();
  const int64_t batch = dense.size(0), steps = dense.size(1), width = dense.size(2);
  std::vector<int64_t> lengths;
  for (int64_t b = 0; b < batch; ++b) {
    const float* row = dense.data_ptr<float>() + b * steps * width;
    int64_t length = steps;
    const auto is_padding = [&](const float* token) {
      return std::all_of(token, token + width, [](float x) { return x == 0; });
    };
    while (length > 1 && is_padding(row + (length - 1) * width)) --length;
    lengths.push_back(length);
  }
  return lengths;
}

// Mean of the `window` tokens up to each position: [B, P, width].
torch::Tensor WindowMeans(const torch::Tensor& tokens, const torch::Tensor& positions,
                          int64_t window) {
  const torch::Tensor dense = tokens.contiguous(), places = positions.contiguous();
  const int64_t count = places.size(1), length = dense.size(1), width = dense.size(2);
  torch::Tensor means = torch::zeros({places.size(0), count, width});
  float* mean = means.data_ptr<float>();
  for (int64_t n = 0; n < places.numel(); ++n, mean += width) {
    const int64_t last = places.data_ptr<int64_t>()[n],
                  first = std::max<int64_t>(0, last - window + 1);
    LERL_CHECK(last >= 0 && last < length);
    const float* token = dense.data_ptr<float>() + (n / count * length + first) * width;
    for (int64_t t = first; t <= last; ++t, token += width)
      for (int64_t i = 0; i < width; ++i) mean[i] += token[i];
    for (int64_t i = 0; i < width; ++i) mean[i] /= static_cast<float>(last - first + 1);
  }
  return means;
}

}  // namespace

StateEncoderImpl::StateEncoderImpl(const StateConfig& config, int64_t token_width)
    : config_(config) {
  const int64_t width = config.encoded_width();
  embed_ = register_module("embed", nn::Linear(token_width, width));
  if (config.encoder == "transformer") {
    transformer_ =
        register_module("transformer", std::make_shared<CausalTransformerImpl>(config.transformer));
  } else if (config.encoder == "gru") {
    gru_ = register_module("gru", nn::GRU(nn::GRUOptions(width, width).batch_first(true)));
  } else if (config.encoder == "caser") {
    for (const int64_t height : {2, 3, 4}) {
      if (height > config.window) continue;
      horizontal_.push_back(register_module("horizontal" + std::to_string(height),
                                            nn::Linear(height * width, config.filters)));
    }
    vertical_ = register_module("vertical", nn::Linear(config.window, 1));
    mix_ =
        register_module("mix", nn::Linear(std::ssize(horizontal_) * config.filters + width, width));
  }
}

torch::Tensor StateEncoderImpl::Convolve(const torch::Tensor& windows) {
  // 1. Horizontal filters: each over all strips of its height, the largest value of each.
  std::vector<torch::Tensor> parts;
  for (size_t f = 0; f < horizontal_.size(); ++f) {
    const auto height = static_cast<int64_t>(f) + 2;
    // [N, positions, D, height] -> [N, positions, height * D]
    const torch::Tensor strips = windows.unfold(1, height, 1).transpose(2, 3).flatten(2);
    parts.push_back(std::get<0>(torch::relu(horizontal_[f]->forward(strips)).max(1)));
  }
  // 2. The vertical filter: a weighted sum over positions, for each of the D columns.
  parts.push_back(torch::relu(vertical_->forward(windows.transpose(1, 2)).squeeze(-1)));
  // 3. A linear map of all of them to D.
  return mix_->forward(torch::cat(parts, -1));
}

torch::Tensor StateEncoderImpl::Encode(const torch::Tensor& tokens,
                                       const torch::Tensor& positions) {
  // The mean of linear maps of tokens is the map of their mean.
  if (config_.encoder == "average")
    return embed_->forward(WindowMeans(tokens, positions, config_.window));
  const torch::Tensor all = EncodeAll(tokens);
  return all.gather(1, positions.unsqueeze(-1).expand({-1, -1, all.size(2)}));
}

torch::Tensor StateEncoderImpl::EncodeAll(const torch::Tensor& tokens) {
  const torch::Tensor x = embed_->forward(tokens);
  if (transformer_) return transformer_->as<CausalTransformerImpl>()->forward(x, Lengths(tokens));
  if (gru_) return std::get<0>(gru_->forward(x));
  // caser: the window up to each position, with zeros before the first token.
  const int64_t batch = x.size(0), length = x.size(1), width = x.size(2), window = config_.window;
  const torch::Tensor padded = torch::cat({torch::zeros({batch, window - 1, width}), x}, 1);
  const torch::Tensor windows = padded
                                    .unfold(1, window, 1)  // [B, L, D, window]
                                    .transpose(2, 3)
                                    .reshape({batch * length, window, width});
  return Convolve(windows).view({batch, length, width});
}

StateTracker::StateTracker(const StateConfig& config, StateEncoder encoder)
    : config_(config), encoder_(std::move(encoder)) {
  Refresh();
}

void StateTracker::Refresh() {
  if (!encoder_->transformer_) return;
  Arrays arrays;
  SaveModule(*encoder_->transformer_, "", arrays);
  engine_.emplace(config_.transformer, arrays, "");
}

void StateTracker::Prepare(int slots) {
  const int64_t width = config_.encoded_width();
  encoded_ = torch::zeros({slots, width});
  if (engine_) {
    cache_.emplace(config_.transformer, slots);
  } else if (!encoder_->gru_) {
    windows_ = torch::zeros({slots, config_.window, width});
    lengths_ = torch::zeros({slots}, torch::kInt64);
  }
}

void StateTracker::Clear(int slot) {
  encoded_[slot].zero_();
  if (engine_) {
    cache_->Clear(slot);
  } else if (!encoder_->gru_) {
    windows_[slot].zero_();
    lengths_[slot] = 0;
  }
}

void StateTracker::Append(std::span<const int> slots, int count, std::span<const float> tokens) {
  const torch::NoGradGuard no_grad;
  const auto n = std::ssize(slots);
  const int64_t width = std::ssize(tokens) / (n * count);
  const torch::Tensor x =
      encoder_->embed_->forward(FromSpan(tokens, {n, count, width})).contiguous();
  if (engine_) {
    AppendTransformer(slots, count, x);
  } else if (encoder_->gru_) {
    AppendGru(slots, x);
  } else {
    AppendWindow(slots, count, x);
  }
}

void StateTracker::AppendTransformer(std::span<const int> slots, int count,
                                     const torch::Tensor& x) {
  const auto width = At(config_.transformer.width);
  std::vector<float> last(slots.size() * width);
  engine_->AppendForLast(*cache_, slots, count, {x.data_ptr<float>(), At(x.numel())}, last);
  for (size_t i = 0; i < slots.size(); ++i)
    std::copy_n(last.data() + i * width, width, encoded_.data_ptr<float>() + At(slots[i]) * width);
}

void StateTracker::AppendGru(std::span<const int> slots, const torch::Tensor& x) {
  const torch::Tensor rows = Indices(slots);
  const torch::Tensor before = encoded_.index_select(0, rows).unsqueeze(0);
  encoded_.index_copy_(0, rows, std::get<1>(encoder_->gru_->forward(x, before)).squeeze(0));
}

void StateTracker::AppendWindow(std::span<const int> slots, int count, const torch::Tensor& x) {
  const torch::Tensor rows = Indices(slots);
  const torch::Tensor all = torch::cat({windows_.index_select(0, rows), x}, 1);
  const torch::Tensor window = all.narrow(1, all.size(1) - config_.window, config_.window);
  const torch::Tensor length = (lengths_.index_select(0, rows) + count).clamp_max(config_.window);
  windows_.index_copy_(0, rows, window);
  lengths_.index_copy_(0, rows, length);
  const torch::Tensor encoded = config_.encoder == "average"
                                    ? window.sum(1) / length.to(torch::kFloat).unsqueeze(-1)
                                    : encoder_->Convolve(window.contiguous());
  encoded_.index_copy_(0, rows, encoded);
}

torch::Tensor StateTracker::States(std::span<const int> slots) const {
  return encoded_.index_select(0, Indices(slots));
}

}  // namespace lerl
