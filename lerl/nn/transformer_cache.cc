#include "lerl/nn/transformer_cache.h"

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/nn/simd.h"

namespace lerl {
namespace {}  // namespace

TransformerCache::TransformerCache(const TransformerConfig& config, int slots)
    : layers_(config.layers),
      heads_(config.heads),
      band_(config.band),
      head_width_(config.width / config.heads),
      room_(RoundToLanes(config.band - 1 + kChunk)),
      keys_(At(slots * layers_ * heads_ * head_width_ * room_ + kLanes)),
      values_(At(slots * layers_ * heads_ * room_ * RoundToLanes(head_width_))),
      filled_(At(slots)),
      seen_(At(slots)) {}

void TransformerCache::Clear(int slot) { filled_[At(slot)] = seen_[At(slot)] = 0; }

int64_t TransformerCache::seen(int slot) const { return seen_[At(slot)]; }

TransformerCache::Kept TransformerCache::Copy(int slot) const {
  const int64_t filled = std::min(filled_[At(slot)], band_ - 1), from = filled_[At(slot)] - filled;
  const int64_t padded = RoundToLanes(head_width_), blocks = layers_ * heads_;
  Kept kept{filled, seen_[At(slot)], {}, {}};
  kept.keys.reserve(At(blocks * head_width_ * filled));
  kept.values.reserve(At(blocks * padded * filled));
  const float* row = &keys_[At(slot * blocks * head_width_ * room_ + from)];
  for (int64_t i = 0; i < blocks * head_width_; ++i, row += room_)
    kept.keys.insert(kept.keys.end(), row, row + filled);
  const float* block = &values_[At((slot * blocks * room_ + from) * padded)];
  for (int64_t i = 0; i < blocks; ++i, block += room_ * padded)
    kept.values.insert(kept.values.end(), block, block + filled * padded);
  return kept;
}

void TransformerCache::Restore(int slot, const Kept& kept) {
  const int64_t padded = RoundToLanes(head_width_), blocks = layers_ * heads_;
  filled_[At(slot)] = kept.filled;
  seen_[At(slot)] = kept.seen;
  float* row = &keys_[At(slot * blocks * head_width_ * room_)];
  for (int64_t i = 0; i < blocks * head_width_; ++i, row += room_)
    std::copy_n(kept.keys.data() + i * kept.filled, kept.filled, row);
  float* block = &values_[At(slot * blocks * room_ * padded)];
  for (int64_t i = 0; i < blocks; ++i, block += room_ * padded)
    std::copy_n(kept.values.data() + i * kept.filled * padded, kept.filled * padded, block);
}

// Moves the last band - 1 positions to the front when `tokens` more would not fit.
void TransformerCache::MakeRoom(int64_t slot, int64_t tokens) {
  int64_t& filled = filled_[At(slot)];
  if (filled + tokens <= room_) return;
  const int64_t keep = std::min(filled, band_ - 1), from = filled - keep;
  const int64_t stride = RoundToLanes(head_width_), blocks = layers_ * heads_;
  float* row = &keys_[At(slot * blocks * head_width_ * room_)];
  for (int64_t i = 0; i < blocks * head_width_; ++i, row += room_)
    std::copy(row + from, row + filled, row);
  float* block = values_.data() + slot * blocks * room_ * stride;
  for (int64_t i = 0; i < blocks; ++i, block += room_ * stride)
    std::copy(block + from * stride, block + filled * stride, block);
  filled = keep;
}

// Puts keys and values [tokens, x_stride] of one layer behind the kept positions. `filled_` counts
// them only once all layers have theirs.
void TransformerCache::Keep(int64_t slot, int64_t layer, int64_t tokens, int64_t x_stride,
                            const float* keys, const float* values) {
  const int64_t at = filled_[At(slot)], padded = RoundToLanes(head_width_);
  for (int64_t h = 0; h < heads_; ++h) {
    const int64_t block = (slot * layers_ + layer) * heads_ + h;
    float* kept_keys = keys_.data() + block * head_width_ * room_ + at;
    float* kept_values = values_.data() + (block * room_ + at) * padded;
    for (int64_t i = 0; i < tokens; ++i) {
      const int64_t from = i * x_stride + h * head_width_;
      for (int64_t d = 0; d < head_width_; ++d) kept_keys[d * room_ + i] = keys[from + d];
      std::copy_n(values + from, head_width_, kept_values + i * padded);
    }
  }
}

// Asks for the kept positions of a slot ahead of their use: with many slots, those of the next one
// are not in the processor's cache yet.
void TransformerCache::Prefetch(int64_t slot, int64_t layer) const {
  const int64_t block = (slot * layers_ + layer) * heads_;
  const int64_t keys = head_width_ * room_, values = room_ * RoundToLanes(head_width_);
  for (int64_t i = 0; i < heads_ * keys; i += kLanes)
    __builtin_prefetch(keys_.data() + block * keys + i, 0, 2);
  for (int64_t i = 0; i < heads_ * values; i += kLanes)
    __builtin_prefetch(values_.data() + block * values + i, 0, 2);
}

}  // namespace lerl
