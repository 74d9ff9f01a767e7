#include "lerl/agents/playing/state_reader.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

float Sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

IncrementalTransformer ReadTransformer(const TransformerConfig& config, const Arrays& arrays,
                                       const std::string& prefix) {
  try {
    return {config, arrays, prefix};
  } catch (const CheckFailure&) {
    throw Error(ErrorKind::kCheckpoint, "the checkpoint's arrays '" + prefix +
                                            "...' are not those of the state encoder that the "
                                            "run's configuration names");
  }
}

}  // namespace

StateReader::StateReader(const StateConfig& config, int64_t token_width, const Arrays& arrays,
                         const std::string& prefix)
    : config_(config),
      width_(At(config.encoded_width())),
      embed_(arrays, prefix + "embed", config.encoded_width(), token_width) {
  const int64_t width = config.encoded_width();
  if (config.encoder == "transformer") {
    transformer_.emplace(ReadTransformer(config.transformer, arrays, prefix + "transformer."));
  } else if (config.encoder == "gru") {
    // libtorch names weight and bias of a GRU by gate side and layer.
    Arrays gates;
    for (const char* side : {"ih", "hh"}) {
      for (const char* part : {"weight", "bias"}) {
        const auto found = arrays.find(prefix + "gru." + part + "_" + side + "_l0");
        if (found != arrays.end()) gates[std::string(side) + "." + part] = found->second;
      }
    }
    gru_input_ = Dense(gates, "ih", 3 * width, width);
    gru_hidden_ = Dense(gates, "hh", 3 * width, width);
  } else if (config.encoder == "caser") {
    ReadCaser(arrays, prefix);
  }
}

void StateReader::ReadCaser(const Arrays& arrays, const std::string& prefix) {
  const int64_t width = config_.encoded_width();
  for (const int64_t height : {2, 3, 4}) {
    if (height > config_.window) continue;
    horizontal_.emplace_back(arrays, prefix + "horizontal" + std::to_string(height),
                             config_.filters, height * width);
  }
  vertical_ = Dense(arrays, prefix + "vertical", 1, config_.window);
  mix_ = Dense(arrays, prefix + "mix", width, std::ssize(horizontal_) * config_.filters + width);
}

void StateReader::Prepare(int slots) {
  encoded_.assign(At(slots) * width_, 0);
  if (transformer_) {
    cache_.emplace(config_.transformer, slots);
  } else if (config_.encoder != "gru") {
    windows_.assign(At(slots) * At(config_.window) * width_, 0);
    filled_.assign(At(slots), 0);
  }
}

void StateReader::Clear(int slot) {
  std::fill_n(encoded_.begin() + At(slot) * width_, width_, 0.0f);
  if (transformer_) {
    cache_->Clear(slot);
  } else if (config_.encoder != "gru") {
    const size_t room = At(config_.window) * width_;
    std::fill_n(windows_.begin() + At(slot) * room, room, 0.0f);
    filled_[At(slot)] = 0;
  }
}

void StateReader::Append(std::span<const int> slots, int count, std::span<const float> tokens) {
  const std::vector<float> x = embed_.Apply(tokens);  // [n, count, D]
  const size_t of_slot = At(count) * width_;
  LERL_CHECK_EQ(x.size(), slots.size() * of_slot);
  if (transformer_) {
    std::vector<float> last(slots.size() * width_);
    transformer_->AppendForLast(*cache_, slots, count, x, last);
    for (size_t i = 0; i < slots.size(); ++i)
      std::copy_n(last.data() + i * width_, width_, encoded_.data() + At(slots[i]) * width_);
    return;
  }
  for (size_t i = 0; i < slots.size(); ++i) {
    for (size_t t = 0; t < At(count); ++t) {
      const std::span token(x.data() + i * of_slot + t * width_, width_);
      if (config_.encoder == "gru") {
        StepGru(token, {encoded_.data() + At(slots[i]) * width_, width_});
      } else {
        StepWindow(slots[i], token);
      }
    }
  }
}

void StateReader::StepGru(std::span<const float> x, std::span<float> h) const {
  const std::vector<float> input = gru_input_.Apply(x), hidden = gru_hidden_.Apply(h);
  for (size_t d = 0; d < width_; ++d) {
    const size_t z_at = width_ + d, n_at = 2 * width_ + d;
    const float r = Sigmoid(input[d] + hidden[d]), z = Sigmoid(input[z_at] + hidden[z_at]),
                n = std::tanh(input[n_at] + r * hidden[n_at]);
    h[d] = (1 - z) * n + z * h[d];
  }
}

void StateReader::StepWindow(int slot, std::span<const float> x) {
  const size_t room = At(config_.window) * width_;
  const std::span window(windows_.data() + At(slot) * room, room);
  std::shift_left(window.begin(), window.end(), static_cast<std::ptrdiff_t>(width_));
  std::ranges::copy(x, window.end() - static_cast<std::ptrdiff_t>(width_));
  int64_t& filled = filled_[At(slot)];
  filled = std::min(filled + 1, config_.window);
  float* encoded = encoded_.data() + At(slot) * width_;
  if (config_.encoder == "caser") {
    std::ranges::copy(Convolve(window), encoded);
    return;
  }
  for (size_t d = 0; d < width_; ++d) {
    float sum = 0;
    for (size_t at = d; at < room; at += width_) sum += window[at];
    encoded[d] = sum / static_cast<float>(filled);
  }
}

std::vector<float> StateReader::Convolve(std::span<const float> window) const {
  std::vector<float> parts;
  // 1. Horizontal filters: each over all strips of its height, the largest value of each.
  const size_t rows = window.size() / width_;
  for (size_t f = 0; f < horizontal_.size(); ++f) {
    const size_t height = f + 2;
    std::vector<float> largest(At(horizontal_[f].out()), 0);  // no ReLU is below 0
    for (size_t row = 0; row + height <= rows; ++row) {
      const auto values = horizontal_[f].Apply(window.subspan(row * width_, height * width_));
      for (size_t i = 0; i < largest.size(); ++i) largest[i] = std::max(largest[i], values[i]);
    }
    parts.insert(parts.end(), largest.begin(), largest.end());
  }
  // 2. The vertical filter: a weighted sum over positions, for each of the D columns.
  std::vector<float> columns(window.size());  // [D, window]
  for (size_t row = 0; row < rows; ++row)
    for (size_t d = 0; d < width_; ++d) columns[d * rows + row] = window[row * width_ + d];
  std::vector<float> weighted = vertical_.Apply(columns);
  MakeRelu(weighted);
  parts.insert(parts.end(), weighted.begin(), weighted.end());
  // 3. A linear map of all of them to D.
  return mix_.Apply(parts);
}

std::span<const float> StateReader::Of(int slot) const {
  return {encoded_.data() + At(slot) * width_, width_};
}

}  // namespace lerl
