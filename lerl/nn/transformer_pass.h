#pragma once
// One pass over a whole sequence through the banded causal Transformer of
// nn/incremental_transformer.h, and its gradient, for training. A sequence goes through all layers
// while it lies in the processor's cache; libtorch's operators would write every intermediate of a
// batch to memory and read it back. The pass does without libtorch; nn/causal_transformer.h makes
// it a step of automatic differentiation.
//
// The gradients of a linear layer y = x W^T + b, where dx is the gradient of the loss by x:
//   dx  = dy W
//   dW += dy^T x
//   db += sum over rows of dy
//
// The gradients of the other parts stand with them, LayerNorm in nn/layer_norm.h and attention in
// nn/banded_attention.h. Gradients are summed over sequences in their order and over rows in
// ascending order, so the bytes are the same every time.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/nn/transformer_cache.h"

namespace lerl {

class TransformerPass {
 public:
  // The order and shapes of the parameters. Each block has thirteen:
  //   norm1      weight [D],           bias [D]
  //   qkv        weight [3 D, D],      bias [3 D]
  //   out        weight [D, D],        bias [D]
  //   norm2      weight [D],           bias [D]
  //   up         weight [hidden, D],   bias [hidden]
  //   down       weight [D, hidden],   bias [D]
  //   relative   [heads, band]
  // After the blocks come weight [D] and bias [D] of the last LayerNorm.
  static constexpr size_t kOfBlock = 13;
  static size_t NumParameters(const TransformerConfig& config) {
    return kOfBlock * At(config.layers) + 2;
  }

  TransformerPass(const TransformerConfig& config, std::span<const float* const> parameters);
  std::vector<std::vector<int64_t>> Shapes() const;  // of the parameters, in their order

  // The number of floats that Backward needs of a sequence of `steps`.
  int64_t KeptSize(int64_t steps) const;

  // Encodes x [steps, D] as y [steps, D]. Writes what Backward needs to `kept` [KeptSize(steps)],
  // unless it is null.
  void Forward(int64_t steps, const float* x, float* y, float* kept) const;

  // The gradients of the parameters, summed over sequences.
  class Gradients {
   public:
    explicit Gradients(const TransformerPass& pass);
    // Writes the gradients in the order and shapes of the parameters.
    void Write(std::span<float* const> out) const;

   private:
    friend class TransformerPass;
    const TransformerPass& pass_;
    struct Block {
      std::vector<float> norm1, norm2;        // weight, then bias [2, D]
      std::vector<float> qkv, out, up, down;  // padded as in Weights
      std::vector<float> qkv_bias, out_bias, up_bias, down_bias;
      std::vector<float> relative;  // [heads, band + lanes], farthest distance first
    };
    std::vector<Block> blocks_;
    std::vector<float> norm_;
  };

  // Writes dx [steps, D] from dy [steps, D] and from what Forward kept, and adds to `gradients`.
  void Backward(int64_t steps, const float* kept, const float* dy, float* dx,
                Gradients& gradients) const;

 private:
  // A linear layer in both directions, with its rows padded with 0 to whole lanes.
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
  struct Kept;     // where the parts of a block lie in `kept`
  struct Scratch;  // what one sequence needs on its way

  Linear MakeLinear(const float* weight, const float* bias, int64_t out, int64_t in,
                    int64_t parts) const;
  static void Apply(const Linear& linear, int64_t rows, const float* x, float* y, bool add = false);
  static void ApplyBack(const Linear& linear, int64_t rows, const float* dy, float* dx);
  static void Learn(const Linear& linear, int64_t rows, const float* x, const float* dy,
                    std::vector<float>& weight, std::vector<float>& bias);  // adds dW and db
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
