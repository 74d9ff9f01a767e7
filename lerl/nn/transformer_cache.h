#pragma once
// What the inference engine of nn/incremental_transformer.h keeps of the positions that it has
// encoded: their keys and values, for each slot, layer and head.

#include <cstdint>
#include <vector>

#include "lerl/base/config.h"

namespace lerl {

struct TransformerConfig {
  int64_t width = 64;
  int64_t layers = 2;
  int64_t heads = 4;
  int64_t feed_forward = 64;
  int64_t band = 100;

  void VisitFields(FieldVisitor& visit) {
    visit("width", width, "D, width of a token; a multiple of heads", Range{4, 1024});
    visit("layers", layers, "blocks", Range{1, 16});
    visit("heads", heads, "attention heads", Range{1, 16});
    visit("feed_forward", feed_forward, "hidden width of a block", Range{4, 4096});
    visit("band", band, "positions that a position sees, itself included", Range{1, 4096});
  }
};

// The keys and values of at least the last band - 1 positions of each slot. A slot may be used by
// one thread at a time; several threads may use different slots at once.
class TransformerCache {
 public:
  TransformerCache(const TransformerConfig& config, int slots);
  void Clear(int slot);          // forgets all positions of the slot
  int64_t seen(int slot) const;  // positions appended since Clear

  // A copy of what a slot has kept. A slot that it is restored into goes on with the same bytes.
  struct Kept {
    int64_t filled = 0, seen = 0;
    std::vector<float> keys;    // [layers, heads, head width, filled]
    std::vector<float> values;  // [layers, heads, filled, padded head width]
  };
  Kept Copy(int slot) const;
  void Restore(int slot, const Kept& kept);

  // The most positions of one slot that may be encoded together.
  static constexpr int64_t kChunk = 24;

 private:
  friend class IncrementalTransformer;
  int64_t layers_, heads_, band_, head_width_;
  int64_t room_;                 // P, positions that a slot has room for
  std::vector<float> keys_;      // [slots, layers, heads, head width, P]
  std::vector<float> values_;    // [slots, layers, heads, P, head width rounded up to lanes]
  std::vector<int64_t> filled_;  // [slots] positions kept, from the front on
  std::vector<int64_t> seen_;    // [slots]
  void MakeRoom(int64_t slot, int64_t tokens);
  void Prefetch(int64_t slot, int64_t layer) const;
  void Keep(int64_t slot, int64_t layer, int64_t tokens, int64_t x_stride, const float* keys,
            const float* values);
};

}  // namespace lerl
