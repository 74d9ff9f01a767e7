#pragma once
// What the inference engine of nn/incremental_transformer.h keeps of the positions that it has
// encoded: keys and values per slot, layer and head.

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

// Keys and values of the last band - 1 positions of some slots. A slot is used by one thread at a
// time; different slots may be used at once.
class TransformerCache {
 public:
  TransformerCache(const TransformerConfig& config, int slots);
  void Clear(int slot);          // the slot has seen nothing
  int64_t seen(int slot) const;  // positions appended since Clear

  // What a slot has kept, to be put into a slot again: the same bytes from there on.
  struct Kept {
    int64_t filled = 0, seen = 0;
    std::vector<float> keys;    // [layers, heads, head width, filled]
    std::vector<float> values;  // [layers, heads, filled, padded head width]
  };
  Kept Copy(int slot) const;
  void Restore(int slot, const Kept& kept);

  // Positions of one slot that may be encoded together.
  static constexpr int64_t kChunk = 24;

 private:
  friend class IncrementalTransformer;
  int64_t layers_, heads_, band_, head_width_;
  int64_t room_;                 // positions that a slot has room for; P below
  std::vector<float> keys_;      // [slots, layers, heads, head width, P]
  std::vector<float> values_;    // [slots, layers, heads, P, head width rounded up to lanes]
  std::vector<int64_t> filled_;  // [slots] positions kept, at the front
  std::vector<int64_t> seen_;    // [slots]
  void MakeRoom(int64_t slot, int64_t tokens);
  void Prefetch(int64_t slot, int64_t layer) const;
  void Keep(int64_t slot, int64_t layer, int64_t tokens, int64_t x_stride, const float* keys,
            const float* values);
};

}  // namespace lerl
