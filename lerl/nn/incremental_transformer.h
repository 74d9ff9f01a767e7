#pragma once
// The banded causal Transformer that the response model and the policy's state encoder share, as an
// inference engine: it keeps keys and values, and encodes only what is new. It does without
// libtorch; nn/causal_transformer.h is the same network for training.
//
// Each of the L blocks, for all positions x_i of a sequence:
//   x_i  = x_i + W_o mix_i + b_o
//   x_i  = x_i + W_2 relu(W_1 LN2(x_i) + b_1) + b_2
// with, in each head,
//   a_ij  = softmax_j( q_i . k_j / sqrt(d) + rel[i - j] ),   0 <= i - j < band
//   mix_i = sum_j a_ij v_j
//
//   q, k, v   linear in LN1(x); each head has its d columns of them, d = D / heads
//   mix_i     the heads side by side
//   rel       a learned bias for each block, head and distance
//   LN        LayerNorm (nn/layer_norm.h); a last one follows the last block
//
// Attention is banded, in training and in play: a position sees itself and the band - 1 before it.
// Positions are relative. Keys and values can therefore be kept, and a sequence that is encoded in
// pieces gives the same bytes as in one pass, in any batch. The libtorch module agrees to 1e-4, up
// to rounding.
//
// Reference: Vaswani et al. 2017 (arXiv 1706.03762). Differences: LayerNorm comes first in a block;
// ReLU; a relative bias in place of sinusoids (Raffel et al. 2020, arXiv 1910.10683, section 2.1,
// without buckets); the band.

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
  // `weights` are those that SaveModule writes of a CausalTransformer, under names that start with
  // `prefix`. Throws CheckFailure on a missing array or a wrong shape.
  IncrementalTransformer(const TransformerConfig& config, const Arrays& weights,
                         const std::string& prefix);
  ~IncrementalTransformer();
  IncrementalTransformer(IncrementalTransformer&&) noexcept;

  using Cache = TransformerCache;

  // Appends `tokens` positions, x [n, tokens, D], to each of n distinct slots, and writes their
  // encodings after the last LayerNorm to y [n, tokens, D].
  void Append(Cache& cache, std::span<const int> slots, int tokens, std::span<const float> x,
              std::span<float> y) const;

  // Does the same, but writes the last position of each slot alone, y [n, D]. It costs half as
  // much.
  void AppendForLast(Cache& cache, std::span<const int> slots, int tokens, std::span<const float> x,
                     std::span<float> y) const;

  const TransformerConfig& config() const;

 private:
  struct Impl;
  struct Work;
  enum class Wanted { kAll, kLast, kNone };  // the positions of a chunk that are to be encoded
  void Encode(Cache& cache, std::span<const int> slots, int tokens, const float* x, float* y,
              bool last_only) const;
  void EncodeChunk(Cache& cache, std::span<const int> slots, int64_t tokens, Wanted wanted,
                   Work& work) const;
  void Attend(const Cache& cache, std::span<const int> slots, int64_t tokens, int64_t layer,
              bool last_only, Work& work) const;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lerl
