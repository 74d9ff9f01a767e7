#pragma once
// StateReader: the state encoders of agents/learning/state_encoder.h in play, without libtorch. It
// keeps what each slot has seen and encodes only what is new. It agrees with StateTracker up to
// rounding.
//
// A GRU's step, with its three gates as libtorch has them:
//
//   r  = sigmoid(W_ir x + b_ir + W_hr h + b_hr)
//   z  = sigmoid(W_iz x + b_iz + W_hz h + b_hz)
//   n  = tanh(W_in x + b_in + r (W_hn h + b_hn))
//   h' = (1 - z) n + z h

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lerl/agents/learning/learner_config.h"
#include "lerl/base/tensor_file.h"
#include "lerl/nn/dense.h"
#include "lerl/nn/incremental_transformer.h"

namespace lerl {

class StateReader {
 public:
  // Reads the encoder's arrays, whose names start with `prefix`. Tokens are `token_width` wide.
  // Throws Error(kCheckpoint) where one is missing or of another configuration.
  StateReader(const StateConfig& config, int64_t token_width, const Arrays& arrays,
              const std::string& prefix);

  void Prepare(int slots);  // makes room; what slots have seen is lost
  void Clear(int slot);     // from now on the slot has seen nothing
  // Takes in `count` tokens [n, count, token_width] for each of n distinct slots.
  void Append(std::span<const int> slots, int count, std::span<const float> tokens);
  // The encoding e [D] of the slot's last token. Valid until the next call.
  std::span<const float> Of(int slot) const;

 private:
  void ReadCaser(const Arrays& arrays, const std::string& prefix);
  void StepGru(std::span<const float> x, std::span<float> h) const;
  void StepWindow(int slot, std::span<const float> x);
  std::vector<float> Convolve(std::span<const float> window) const;  // [window, D] -> [D]

  const StateConfig config_;
  const size_t width_;  // D
  Dense embed_;
  std::optional<IncrementalTransformer> transformer_;
  std::optional<IncrementalTransformer::Cache> cache_;
  Dense gru_input_, gru_hidden_;   // to the gates r, z, n one after another, [3 D]
  std::vector<Dense> horizontal_;  // of heights 2, 3, 4: [height * D] -> filters
  Dense vertical_, mix_;
  std::vector<float> encoded_;   // [slots, D]
  std::vector<float> windows_;   // [slots, window, D] embedded tokens, newest last
  std::vector<int64_t> filled_;  // [slots] tokens seen, at most window
};

}  // namespace lerl
