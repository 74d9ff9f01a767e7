#include "lerl/nn/incremental_transformer.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/nn/layer_norm.h"
#include "lerl/nn/row_matmul.h"
#include "lerl/nn/simd.h"

namespace lerl {
namespace {

constexpr int64_t kRows = 96;  // rows at most that pass through a layer together

std::span<const float> Weights(const Arrays& arrays, const std::string& name,
                               std::vector<int64_t> shape) {
  const auto found = arrays.find(name);
  if (found == arrays.end()) FailCheck(__FILE__, __LINE__, "no array '" + name + "'");
  if (found->second.shape != shape)
    FailCheck(__FILE__, __LINE__, "array '" + name + "' has another shape");
  return {found->second.Data<float>(), At(found->second.size())};
}

struct Norm {
  std::vector<float> weight, bias;  // [D] padded with 0

  Norm() = default;
  Norm(const Arrays& arrays, const std::string& name, int64_t width)
      : weight(At(RoundToLanes(width))), bias(At(RoundToLanes(width))) {
    std::ranges::copy(Weights(arrays, name + ".weight", {width}), weight.begin());
    std::ranges::copy(Weights(arrays, name + ".bias", {width}), bias.begin());
  }

  // x, y [rows, stride]; the columns from `width` on are 0 in x and in y.
  void Apply(int64_t rows, int64_t width, const float* x, float* y) const {
    NormForward(rows, width, weight, bias, x, nullptr, nullptr, y);
  }
};

struct Layer {
  Norm norm1, norm2;
  RowMatmul query, key, value, out, up, down;
  std::vector<float> relative;  // [heads, band + lanes], farthest distance first
};

// One third of the linear layer that gives queries (0), keys (1) and values (2).
RowMatmul Third(const Arrays& arrays, const std::string& name, int64_t width, int64_t which) {
  const auto weight = Weights(arrays, name + ".weight", {3 * width, width});
  const auto bias = Weights(arrays, name + ".bias", {3 * width});
  return {width, width, weight.subspan(At(which * width * width), At(width * width)),
          bias.subspan(At(which * width), At(width))};
}

RowMatmul Linear(const Arrays& arrays, const std::string& name, int64_t n, int64_t k) {
  return {n, k, Weights(arrays, name + ".weight", {n, k}), Weights(arrays, name + ".bias", {n})};
}

void Relu(std::span<float> values) {
  for (size_t i = 0; i < values.size(); i += kLanes) {
    const Lanes lanes = LoadLanes(&values[i]);
    StoreLanes(&values[i], lanes > 0.0f ? lanes : Lanes{});
  }
}

// Turns the scores of `count` positions into exponentials, and those beyond, up to whole lanes,
// into 0. Returns the sum of the exponentials, by which they are still to be divided.
float SoftMax(float* scores, int64_t count) {
  const int64_t padded = RoundToLanes(count);
  for (int64_t j = count; j < padded; ++j) scores[j] = -1e30f;
  Lanes largest = LoadLanes(scores);
  for (int64_t j = kLanes; j < padded; j += kLanes) {
    const Lanes lanes = LoadLanes(scores + j);
    largest = lanes > largest ? lanes : largest;
  }
  const float top = MaxLanes(largest);
  Lanes sum = {};
  for (int64_t j = 0; j < padded; j += kLanes) {
    const Lanes weight = ExpLanes(LoadLanes(scores + j) - top);
    StoreLanes(scores + j, weight);
    sum += weight;
  }
  return SumLanes(sum);
}

// scores_j = scale q . k_j + relative_j for Blocks * kLanes positions. `keys` [head width, room]
// starts at the first of them.
template <int Blocks>
LERL_INLINE void ScoreBlocks(const float* query, int64_t head_width, const float* keys,
                             int64_t room, float scale, const float* relative, float* scores) {
  Lanes sums[Blocks] = {};
  for (int64_t d = 0; d < head_width; ++d) {
    const Lanes q = Broadcast(query[d]);
    LERL_UNROLL for (int b = 0; b < Blocks; ++b) sums[b] =
        MultiplyAdd(LoadLanes(keys + d * room + b * kLanes), q, sums[b]);
  }
  LERL_UNROLL for (int b = 0; b < Blocks; ++b)
      StoreLanes(scores + b * kLanes,
                 MultiplyAdd(sums[b], Broadcast(scale), LoadLanes(relative + b * kLanes)));
}

// The same for `count` positions. The scores beyond them, up to whole lanes, are arbitrary.
void ScorePositions(const float* query, int64_t head_width, const float* keys, int64_t room,
                    int64_t count, float scale, const float* relative, float* scores) {
  int64_t j = 0;
  for (; j + 4 * kLanes <= RoundToLanes(count); j += 4 * kLanes)
    ScoreBlocks<4>(query, head_width, keys + j, room, scale, relative + j, scores + j);
  for (; j < count; j += kLanes)
    ScoreBlocks<1>(query, head_width, keys + j, room, scale, relative + j, scores + j);
}

// y [head width] = sum_j weights_j values_j / total, with values [count, stride], where `stride` is
// the padded head width.
void MixValues(const float* weights, int64_t count, float total, const float* values,
               int64_t stride, int64_t head_width, float* y) {
  for (int64_t c = 0; c < stride; c += kLanes) {
    Lanes sums[4] = {};
    int64_t j = 0;
    for (; j + 4 <= count; j += 4) {
      LERL_UNROLL for (int i = 0; i < 4; ++i) sums[i] =
          MultiplyAdd(LoadLanes(values + (j + i) * stride + c), Broadcast(weights[j + i]), sums[i]);
    }
    for (; j < count; ++j)
      sums[0] = MultiplyAdd(LoadLanes(values + j * stride + c), Broadcast(weights[j]), sums[0]);
    const Lanes mixed = ((sums[0] + sums[1]) + (sums[2] + sums[3])) * (1.0f / total);
    const int64_t width = std::min<int64_t>(kLanes, head_width - c);
    if (width == kLanes) {
      StoreLanes(y + c, mixed);
    } else {
      for (int64_t d = 0; d < width; ++d) y[c + d] = mixed[d];
    }
  }
}

}  // namespace

struct IncrementalTransformer::Impl {
  TransformerConfig config;
  std::vector<Layer> layers;
  Norm norm;
  int64_t head_width = 0, stride = 0,
          hidden = 0;  // stride: width padded; hidden: feed-forward padded
};

// The rows [rows, stride] of a group of slots on their way through the layers.
struct IncrementalTransformer::Work {
  std::vector<float> x, normed, query, key, value, mixed, hidden, scores;

  Work(int64_t stride, int64_t hidden_stride, int64_t band)
      : x(At(kRows * stride)),
        normed(x),
        query(x),
        key(x),
        value(x),
        mixed(x),
        hidden(At(kRows * hidden_stride)),
        scores(At(RoundToLanes(band))) {}
};

IncrementalTransformer::IncrementalTransformer(const TransformerConfig& config,
                                               const Arrays& weights, const std::string& prefix)
    : impl_(std::make_unique<Impl>()) {
  Impl& m = *impl_;
  const int64_t width = config.width;
  LERL_CHECK_EQ(width % config.heads, 0);
  m.config = config;
  m.head_width = width / config.heads;
  m.stride = RoundToLanes(width);
  m.hidden = RoundToLanes(config.feed_forward);
  for (int64_t l = 0; l < config.layers; ++l) {
    const std::string name = prefix + "block" + std::to_string(l) + ".";
    Layer layer{Norm(weights, name + "norm1", width),
                Norm(weights, name + "norm2", width),
                Third(weights, name + "qkv", width, 0),
                Third(weights, name + "qkv", width, 1),
                Third(weights, name + "qkv", width, 2),
                Linear(weights, name + "out", width, width),
                Linear(weights, name + "up", config.feed_forward, width),
                Linear(weights, name + "down", width, config.feed_forward),
                {}};
    const auto relative = Weights(weights, name + "relative", {config.heads, config.band});
    const int64_t row = config.band + kLanes;
    layer.relative.resize(At(config.heads * row));
    for (int64_t h = 0; h < config.heads; ++h) {
      for (int64_t d = 0; d < config.band; ++d)
        layer.relative[At(h * row + config.band - 1 - d)] = relative[At(h * config.band + d)];
    }
    m.layers.push_back(std::move(layer));
  }
  m.norm = Norm(weights, prefix + "norm", width);
}

IncrementalTransformer::~IncrementalTransformer() = default;
IncrementalTransformer::IncrementalTransformer(IncrementalTransformer&&) noexcept = default;

const TransformerConfig& IncrementalTransformer::config() const { return impl_->config; }

void IncrementalTransformer::Append(Cache& cache, std::span<const int> slots, int tokens,
                                    std::span<const float> x, std::span<float> y) const {
  LERL_CHECK_EQ(x.size(), slots.size() * At(tokens * impl_->config.width));
  LERL_CHECK_EQ(y.size(), x.size());
  Encode(cache, slots, tokens, x.data(), y.data(), false);
}

void IncrementalTransformer::AppendForLast(Cache& cache, std::span<const int> slots, int tokens,
                                           std::span<const float> x, std::span<float> y) const {
  LERL_CHECK_EQ(x.size(), slots.size() * At(tokens * impl_->config.width));
  LERL_CHECK_EQ(y.size(), slots.size() * At(impl_->config.width));
  Encode(cache, slots, tokens, x.data(), y.data(), true);
}

// work.mixed = attention of the queries [slots, 1 or tokens] over the kept positions of their
// slots.
void IncrementalTransformer::Attend(const Cache& cache, std::span<const int> slots, int64_t tokens,
                                    int64_t layer, bool last_only, Work& work) const {
  const Impl& m = *impl_;
  const int64_t d = m.head_width, room = cache.room_, padded = RoundToLanes(d);
  const float scale = 1.0f / std::sqrt(static_cast<float>(d));
  const int64_t queries = last_only ? 1 : tokens;
  for (size_t s = 0; s < slots.size(); ++s) {
    if (s + 1 < slots.size()) cache.Prefetch(slots[s + 1], layer);
    for (int64_t h = 0; h < m.config.heads; ++h) {
      const int64_t block = (slots[s] * cache.layers_ + layer) * cache.heads_ + h;
      const float* keys = cache.keys_.data() + block * d * room;
      const float* values = cache.values_.data() + block * room * padded;
      const float* relative = m.layers[At(layer)].relative.data() + h * (m.config.band + kLanes);
      for (int64_t i = 0; i < queries; ++i) {
        // The query stands at position `last` of the cache and sees `count` from `first` on.
        const int64_t last = cache.filled_[At(slots[s])] + (last_only ? tokens - 1 : i);
        const int64_t count = std::min(last + 1, m.config.band), first = last + 1 - count;
        const int64_t at = (static_cast<int64_t>(s) * queries + i) * m.stride + h * d;
        ScorePositions(&work.query[At(at)], d, keys + first, room, count, scale,
                       relative + m.config.band - count, work.scores.data());
        const float total = SoftMax(work.scores.data(), count);
        MixValues(work.scores.data(), count, total, values + first * padded, padded, d,
                  &work.mixed[At(at)]);
      }
    }
  }
}

// On entry work.x [slots, tokens] holds tokens. On return it holds the encoded positions, with
// kLast one row per slot. The cache keeps the keys and values, for which the caller has made room.
void IncrementalTransformer::EncodeChunk(Cache& cache, std::span<const int> slots, int64_t tokens,
                                         Wanted wanted, Work& work) const {
  const Impl& m = *impl_;
  const auto n = std::ssize(slots);
  int64_t rows = n * tokens;
  for (int64_t l = 0; l < m.config.layers; ++l) {
    const Layer& layer = m.layers[At(l)];
    const bool top = l + 1 == m.config.layers;
    const bool last_only = top && wanted == Wanted::kLast;
    // 1. Keys and values of all positions go into the cache.
    layer.norm1.Apply(rows, m.config.width, work.x.data(), work.normed.data());
    layer.key.Apply(rows, work.normed.data(), m.stride, work.key.data(), m.stride);
    layer.value.Apply(rows, work.normed.data(), m.stride, work.value.data(), m.stride);
    for (int64_t s = 0; s < n; ++s)
      cache.Keep(slots[At(s)], l, tokens, m.stride, &work.key[At(s * tokens * m.stride)],
                 &work.value[At(s * tokens * m.stride)]);
    // 2. In the last layer, only the rows that are asked for go on.
    if (top && wanted == Wanted::kNone) break;
    if (last_only) {
      for (int64_t s = 0; s < n; ++s) {
        const int64_t from = (s * tokens + tokens - 1) * m.stride, to = s * m.stride;
        std::copy_n(&work.x[At(from)], m.stride, &work.x[At(to)]);
        std::copy_n(&work.normed[At(from)], m.stride, &work.normed[At(to)]);
      }
      rows = n;
    }
    // 3. Attention.
    layer.query.Apply(rows, work.normed.data(), m.stride, work.query.data(), m.stride);
    Attend(cache, slots, tokens, l, last_only, work);
    layer.out.Apply(rows, work.mixed.data(), m.stride, work.x.data(), m.stride, true);
    // 4. The feed-forward part.
    layer.norm2.Apply(rows, m.config.width, work.x.data(), work.normed.data());
    layer.up.Apply(rows, work.normed.data(), m.stride, work.hidden.data(), m.hidden);
    Relu({work.hidden.data(), At(rows * m.hidden)});
    layer.down.Apply(rows, work.hidden.data(), m.hidden, work.x.data(), m.stride, true);
  }
  // 5. The last LayerNorm; from now on the cache counts the new positions.
  if (wanted != Wanted::kNone) m.norm.Apply(rows, m.config.width, work.x.data(), work.x.data());
  for (const int slot : slots) {
    cache.filled_[At(slot)] += tokens;
    cache.seen_[At(slot)] += tokens;
  }
}

void IncrementalTransformer::Encode(Cache& cache, std::span<const int> slots, int tokens,
                                    const float* x, float* y, bool last_only) const {
  const Impl& m = *impl_;
  const int64_t width = m.config.width;
  const int64_t chunk = std::min<int64_t>(tokens, Cache::kChunk);
  if (chunk == 0 || slots.empty()) return;
  Work work(m.stride, m.hidden, m.config.band);
  // As many slots form a group as have at most kRows rows together. A group goes through the layers
  // chunk by chunk.
  const auto group = At(kRows / chunk);
  for (size_t begin = 0; begin < slots.size(); begin += group) {
    const std::span<const int> part = slots.subspan(begin, std::min(group, slots.size() - begin));
    for (int64_t t = 0; t < tokens; t += chunk) {
      const int64_t count = std::min<int64_t>(chunk, tokens - t);
      // 1. The tokens of the chunk.
      for (size_t s = 0; s < part.size(); ++s) {
        cache.MakeRoom(part[s], count);
        for (int64_t i = 0; i < count; ++i)
          std::copy_n(x + (static_cast<int64_t>(begin + s) * tokens + t + i) * width, width,
                      &work.x[At((static_cast<int64_t>(s) * count + i) * m.stride)]);
      }
      // 2. The layers.
      const bool last = t + count == tokens;
      const Wanted wanted = !last_only ? Wanted::kAll : last ? Wanted::kLast : Wanted::kNone;
      EncodeChunk(cache, part, count, wanted, work);
      if (wanted == Wanted::kNone) continue;
      // 3. The encodings that are asked for.
      const int64_t rows = last_only ? 1 : count, all = last_only ? 1 : tokens;
      for (size_t s = 0; s < part.size(); ++s) {
        for (int64_t i = 0; i < rows; ++i)
          std::copy_n(
              &work.x[At((static_cast<int64_t>(s) * rows + i) * m.stride)], width,
              y + (static_cast<int64_t>(begin + s) * all + (last_only ? 0 : t) + i) * width);
      }
    }
  }
}

}  // namespace lerl
