#pragma once
// State encoders: a sequence of session tokens x_1 ... x_L (agents/learning/session_tokens.h)
// becomes one vector e_t [D] per position, which sees the tokens up to t.
//
//   transformer  banded causal Transformer (nn/incremental_transformer.h)
//   gru          one layer, h_t = GRU(h_t-1, W x_t); e_t = h_t (Cho et al. 2014, arXiv 1406.1078)
//   average      mean of W x over the last `window` tokens
//   caser        convolutions over the last `window` tokens (Tang and Wang 2018, arXiv 1809.07426):
//                horizontal filters of heights 2, 3, 4 over all of W x, the largest value of each;
//                one vertical filter (a weighted sum over positions); a ReLU; a linear map of
//                all to D
// The last three are EasyRL4Rec's trackers (docs/papers.md#easyrl4rec), with two differences:
//   - A learned linear map W of the tokens, to width D, comes first for all.
//   - Windows are aligned at their newest token (zeros stand before the first), so that a vertical
//     filter's weights belong to ages. Heights above the window are left out.
// There are two classes:
//   StateEncoder  for training: it encodes all positions at once
//   StateTracker  for play: it keeps what each slot has seen (keys and values, the hidden state, or
//                 the window) and encodes only what is new
// Include from .cc files only.

#include <optional>
#include <span>
#include <vector>

#include "lerl/agents/learning/learner_config.h"
#include "lerl/nn/torch.h"

namespace lerl {

class StateEncoderImpl : public torch::nn::Module {
 public:
  StateEncoderImpl(const StateConfig& config, int64_t token_width);

  // Returns e, float [B, P, D], at `positions` int64 [B, P] of each sequence of tokens float
  // [B, L, token_width]. What stands after a sequence's end never reaches its positions, so padding
  // needs no mask. Tokens get no gradient.
  torch::Tensor Encode(const torch::Tensor& tokens, const torch::Tensor& positions);

 private:
  friend class StateTracker;
  torch::Tensor EncodeAll(const torch::Tensor& tokens);  // e [B, L, D]; not for `average`
  // e [N, D] of `caser` for windows float [N, window, D], newest token last.
  torch::Tensor Convolve(const torch::Tensor& windows);

  const StateConfig config_;
  torch::nn::Linear embed_{nullptr}, mix_{nullptr};
  std::shared_ptr<torch::nn::Module> transformer_;  // CausalTransformer
  torch::nn::GRU gru_{nullptr};
  std::vector<torch::nn::Linear> horizontal_;  // [height * D] -> filters
  torch::nn::Linear vertical_{nullptr};        // [window] -> 1
};
TORCH_MODULE(StateEncoder);

class StateTracker {
 public:
  StateTracker(const StateConfig& config, StateEncoder encoder);

  void Refresh();           // call after each change of the encoder's weights
  void Prepare(int slots);  // makes room; what slots have seen is lost
  void Clear(int slot);     // from now on the slot has seen nothing
  // Takes in `count` tokens [n, count, token_width] for each of n distinct slots.
  void Append(std::span<const int> slots, int count, std::span<const float> tokens);
  // Returns e of the last token of each slot, [n, D].
  torch::Tensor States(std::span<const int> slots) const;

 private:
  void AppendTransformer(std::span<const int> slots, int count, const torch::Tensor& x);
  void AppendGru(std::span<const int> slots, const torch::Tensor& x);
  void AppendWindow(std::span<const int> slots, int count, const torch::Tensor& x);

  const StateConfig config_;
  StateEncoder encoder_;
  std::optional<IncrementalTransformer> engine_;
  std::optional<IncrementalTransformer::Cache> cache_;
  torch::Tensor windows_;  // [slots, window, D] embedded tokens, newest last
  torch::Tensor lengths_;  // int64 [slots] tokens seen, at most window
  torch::Tensor encoded_;  // [slots, D]
};

}  // namespace lerl
