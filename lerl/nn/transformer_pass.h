#pragma once
// One pass over a whole sequence through the banded causal Transformer of
// nn/incremental_transformer.h, and its gradient, for training: a sequence goes through all layers
// while it lies in the processor's cache, where libtorch's operators write every intermediate of a
// batch to memory and read it back. No libtorch; nn/causal_transformer.h puts it into autograd.
//
// Gradients (g' is the gradient of the loss by what carries the prime's name):
//   y = x W^T + b       x' = y' W          W' += y'^T x         b' += sum over rows of y'
//   LN: n = (x - m) r   x' = r (n' - mean n' - n mean(n' n)),   n' = y' weight
//   a = softmax(s)      s' = a (a' - sum_j a'_j a_j),           rel'[i - j] += s'_ij
// Sequences are added up in their order, rows in ascending order: the same bytes every time.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/nn/transformer_cache.h"

namespace lerl {

class TransformerPass {
 public:
  // Parameters in this order, shapes as in a libtorch module: for each block norm1 weight and bias,
  // qkv weight [3D, D] and bias, out weight [D, D] and bias, norm2 weight and bias, up weight
  // [hidden, D] and bias, down weight [D, hidden] and bias, relative [heads, band]; then the last
  // norm's weight and bias.
  static constexpr size_t kOfBlock = 13;
  static size_t NumParameters(const TransformerConfig& config) {
    return kOfBlock * static_cast<size_t>(config.layers) + 2;
  }

  TransformerPass(const TransformerConfig& config, std::span<const float* const> parameters);
  std::vector<std::vector<int64_t>> Shapes() const;  // of the parameters

  // What Backward needs of a sequence of `steps`: floats.
  int64_t KeptSize(int64_t steps) const;

  // y [steps, D] of x [steps, D]. `kept` [KeptSize(steps)]; null: nothing is kept.
  void Forward(int64_t steps, const float* x, float* y, float* kept) const;

  // Gradients of the parameters, summed over sequences.
  class Gradients {
   public:
    explicit Gradients(const TransformerPass& pass);
    // Writes them, in the order and shapes of the parameters.
    void Write(std::span<float* const> out) const;

   private:
    friend class TransformerPass;
    const TransformerPass& pass_;
    struct Block {
      std::vector<float> norm1, norm2;        // weight, then bias [2, D]
      std::vector<float> qkv, out, up, down;  // padded as in Weights
      std::vector<float> qkv_bias, out_bias, up_bias, down_bias;
      std::vector<float> relative;  // [heads, band + lanes], farthest first
    };
    std::vector<Block> blocks_;
    std::vector<float> norm_;
  };

  // dx [steps, D] from dy [steps, D] and what Forward kept; adds to `gradients`.
  void Backward(int64_t steps, const float* kept, const float* dy, float* dx,
                Gradients& gradients) const;

 private:
  // A linear layer in both directions, rows padded with 0 to whole lanes.
  struct Linear {
    int64_t out = 0, in = 0;      // padded
    std::vector<float> forward;   // [in, out]
    std::vector<float> backward;  // [out, in]
    std::vector<float> bias;      // [out]
  };
  struct Norm {
    std::vector<float> weight, bias;  // [D] padded
  };
  struct Block {
    Norm norm1, norm2;
    Linear qkv, out, up, down;
    std::vector<float> relative;  // [heads, band + lanes], farthest distance first
  };
  struct Kept;     // where the parts of a block lie
  struct Scratch;  // of one sequence on its way

  Linear MakeLinear(const float* weight, const float* bias, int64_t out, int64_t in,
                    int64_t parts) const;
  static void Apply(const Linear& linear, int64_t rows, const float* x, float* y, bool add = false);
  static void ApplyBack(const Linear& linear, int64_t rows, const float* dy, float* dx);
  static void Learn(const Linear& linear, int64_t rows, const float* x, const float* dy,
                    std::vector<float>& weight, std::vector<float>& bias);  // adds the gradients
  int64_t BlockSize(int64_t steps) const;
  Kept KeptOf(int64_t steps, float* data) const;
  void Attend(int64_t steps, const Block& block, Kept& kept) const;
  void AttendBack(int64_t steps, const Kept& kept, Scratch& work,
                  Gradients::Block& gradients) const;

  const TransformerConfig config_;
  int64_t width_, hidden_;  // D and hidden, padded
  std::vector<Block> blocks_;
  Norm norm_;
};

}  // namespace lerl
