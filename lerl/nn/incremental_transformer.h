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
#include "lerl/nn/transformer_cache.h"

namespace lerl {

class IncrementalTransformer {
 public:
  // `weights` as CausalTransformer exports them, names starting with `prefix`. Throws CheckFailure
  // on a missing array or a wrong shape.
  IncrementalTransformer(const TransformerConfig& config, const Arrays& weights,
                         const std::string& prefix);
  ~IncrementalTransformer();
  IncrementalTransformer(IncrementalTransformer&&) noexcept;

  using Cache = TransformerCache;

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
