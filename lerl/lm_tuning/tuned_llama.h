#pragma once
// A Llama model whose upper layers learn by LoRA (Hu et al. 2021, arXiv 2106.09685), as a pass with
// gradient through libtorch. Include from .cc files only.
//
// A layer, for the states x [T, width] of T tokens:
//
//   h = x + W_o attention(W_q n(x), W_k n(x), W_v n(x))
//   y = h + W_down (silu(W_gate n(h)) * W_up n(h))
//   n(x) = x / sqrt(mean(x^2) + epsilon) * g                                        RMSNorm
//
// Queries and keys are turned by their positions (rotary positions). In the upper `layers` every W
// of these is
//
//   W' = W + alpha / rank B A        A [rank, in], B [out, rank]
//
// where A begins with draws and B with zeros, so that the tuned model begins as the model. All else
// is frozen: the states that enter the first tuned layer are computed once and kept by the caller.
//
// A pack of prompts shares its prefix, as in LlmBackend: the prefix is computed once, the suffixes
// attend to it and to themselves. In tuned layers the gradient flows through the prefix, too. The
// topmost layer computes what follows the last token of each suffix alone.
//
// The answer is one token out of few, so its probabilities are exact and nothing is decoded:
//
//   log p(label | prompt) = z_label - log sum_label' exp z_label',     z = E n(y_last)
//
// It agrees with llama.cpp to the rounding of its quantised products (lm_tuning/tuned_llama_test.cc
// says how far).
//
// Axes: S suffixes, L tokens of the longest one, P tokens of the prefix, C labels.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "lerl/lm_tuning/llama_file.h"
#include "lerl/lm_tuning/lora_file.h"
#include "lerl/nn/torch.h"

namespace lerl {

struct LoraShape {
  int64_t layers = 6;  // upper ones that learn
  int64_t rank = 8;
  double alpha = 16;
  uint64_t seed = 1;  // of A
};

// The states of a pack of prompts as they enter the first tuned layer.
struct PackStates {
  torch::Tensor prefix;    // [P, width]
  torch::Tensor suffixes;  // [S, L, width]; rows behind a suffix's last token mean nothing
  torch::Tensor last;      // int64 [S], place of the last token of each suffix
};

class TunedLlama {
 public:
  // Reads the weights. Throws Error(kModel) as LlamaFile does, and Error(kConfig) for more layers
  // than the model has.
  TunedLlama(const LlamaFile& file, const LoraShape& lora);

  // Runs the frozen layers. Each suffix has one token at least.
  PackStates RunFrozen(const std::vector<int32_t>& prefix,
                       const std::vector<std::vector<int32_t>>& suffixes) const;
  // The output rows of the labels' tokens, [C, width].
  torch::Tensor LabelRows(const std::vector<int32_t>& tokens) const;
  // log p [S, C], with gradient unless that is off.
  torch::Tensor LogP(const PackStates& states, const torch::Tensor& label_rows) const;

  // A and B of the tuned matrices, in the order of Adapter().
  std::vector<torch::Tensor> parameters() const;
  std::vector<LoraTensor> Adapter() const;
  // Bytes of the weights and of what LogP keeps for the gradient of a pack of so many tokens.
  static double BytesOfWeights(const LlamaShape& shape);
  static double BytesOfPack(const LlamaShape& shape, const LoraShape& lora, int64_t tokens);

 private:
  struct Matrix {
    std::string name;
    torch::Tensor weight = {};     // [out, in]
    torch::Tensor a = {}, b = {};  // undefined where it is frozen
    double scale = 0;              // alpha / rank
  };
  struct Layer {
    torch::Tensor attention_norm, feed_norm;  // [width]
    Matrix q, k, v, o, gate, up, down;
  };
  struct Tokens {  // states of all tokens of a pack
    torch::Tensor prefix, suffixes;
  };
  struct KeysAndValues {
    torch::Tensor k, v;
  };
  struct Angles {
    torch::Tensor cosine, sine;
  };
  Layer ReadLayer(const LlamaFile& file, int64_t index, const LoraShape& lora) const;
  Tokens Run(const Layer& layer, const Tokens& in) const;
  torch::Tensor RunTopmost(const Layer& layer, const Tokens& in, const torch::Tensor& last) const;
  std::array<KeysAndValues, 2> KeysOf(const Layer& layer, const torch::Tensor& n, int64_t prefix,
                                      int64_t rows) const;
  torch::Tensor AttendPrefix(const torch::Tensor& q, const KeysAndValues& of_prefix) const;
  torch::Tensor AttendSuffixes(const torch::Tensor& q, const KeysAndValues& prefix,
                               const KeysAndValues& own, const torch::Tensor& mask) const;
  torch::Tensor Feed(const Layer& layer, const torch::Tensor& h) const;
  torch::Tensor Norm(const torch::Tensor& x, const torch::Tensor& weight) const;
  static torch::Tensor Apply(const Matrix& matrix, const torch::Tensor& x);
  static torch::Tensor Rotate(const torch::Tensor& x, const Angles& angles);
  Angles From(int64_t first, int64_t tokens) const;      // of consecutive positions
  Angles OneEach(const torch::Tensor& positions) const;  // of one token in each row
  std::vector<const Matrix*> TunedMatrices() const;

  const LlamaFile& file_;
  const LlamaShape shape_;
  const int64_t first_tuned_;
  std::vector<Layer> layers_;
  torch::Tensor output_norm_;
  std::string output_;           // the tensor of the output rows
  torch::Tensor cosine_, sine_;  // [positions, head_width / 2]
};

}  // namespace lerl
