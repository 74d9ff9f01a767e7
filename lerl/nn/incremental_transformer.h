#pragma once
// The banded causal Transformer that the response model and the policy's state encoder share, as an
// inference engine that keeps keys and values and encodes only what is new. No libtorch.
//
//   x      = x + Wo Attention(LN1(x))            pre-norm blocks, L of them, then a final LayerNorm
//   x      = x + W2 relu(W1 LN2(x) + b1) + b2
//   a_ij   = softmax_j( q_i . k_j / sqrt(d) + rel[head, i - j] ),  0 <= i - j < band
// Attention is banded: a position sees itself and the band - 1 before it, in training and in play,
// and positions are relative (a learned bias per layer, head and distance). So keys and values can
// be kept, and encoding a sequence in pieces gives the same bytes as one pass over it, in any
// batch. Agreement with the libtorch module is to 1e-4 (rounding only).
//
// Differences from Vaswani et al. 2017 (arXiv 1706.03762): pre-norm, ReLU, relative bias in place
// of sinusoids (Raffel et al. 2020, arXiv 1910.10683, section 2.1, without buckets), a band.
// nn/causal_transformer.h is the same network for training.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/base/tensor_file.h"

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

class IncrementalTransformer {
 public:
  // `weights` as CausalTransformer exports them, names starting with `prefix`. Throws CheckFailure
  // on a missing array or a wrong shape.
  IncrementalTransformer(const TransformerConfig& config, const Arrays& weights,
                         const std::string& prefix);
  ~IncrementalTransformer();
  IncrementalTransformer(IncrementalTransformer&&) noexcept;

  // Keys and values of the last band - 1 positions of some slots. A slot is used by one thread at a
  // time; different slots may be used at once.
  class Cache {
   public:
    Cache(const TransformerConfig& config, int slots);
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

  // Appends `tokens` positions to each of n distinct slots: x [n, tokens, D]. y [n, tokens, D] gets
  // the encoded positions (after the final LayerNorm).
  void Append(Cache& cache, std::span<const int> slots, int tokens, std::span<const float> x,
              std::span<float> y) const;

  // The same, but y [n, D] gets each slot's last position alone, which costs half as much.
  void AppendForLast(Cache& cache, std::span<const int> slots, int tokens, std::span<const float> x,
                     std::span<float> y) const;

  const TransformerConfig& config() const;

 private:
  struct Impl;
  struct Work;
  enum class Wanted { kAll, kLast, kNone };  // positions of a chunk whose encoding is asked for
  void Encode(Cache& cache, std::span<const int> slots, int tokens, const float* x, float* y,
              bool last_only) const;
  void EncodeChunk(Cache& cache, std::span<const int> slots, int64_t tokens, Wanted wanted,
                   Work& work) const;
  void Attend(const Cache& cache, std::span<const int> slots, int64_t tokens, int64_t layer,
              bool last_only, Work& work) const;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lerl
