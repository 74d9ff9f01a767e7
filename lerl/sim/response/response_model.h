#pragma once
// ResponseModel: what would this user answer if shown that item now?
//
// Axes: B slots (users played side by side), K items of a slate, I items, F behaviours.
//
// A model keeps a state for each slot; that of the transformer is the keys and values of the
// history. The model scores items against the state, and takes in what was shown and answered. It
// gives logits, which the environment turns into probabilities (sim/session_env.h):
//
//   p = clamp(sigmoid(logit) - rho * similarity, 0, 1)
//
// Threads: the slots form fixed blocks of kBlock. Two threads may use two blocks at once, but no
// block may be used by two threads at once. Results don't depend on the number of threads.

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "lerl/base/tensor_file.h"
#include "lerl/data/dataset.h"

namespace lerl {

inline constexpr int kBlock = 32;  // slots per block

// One interaction: an item and the responses to it, as bits (behaviour f is bit f).
struct Interaction {
  int32_t item = 0;
  uint32_t responses = 0;

  bool operator==(const Interaction&) const = default;
};

// The state of the slots of one environment.
class ResponseState {
 public:
  virtual ~ResponseState() = default;
};

class ResponseModel {
 public:
  virtual ~ResponseModel() = default;

  virtual std::string name() const = 0;   // "transformer", "mf"
  virtual int64_t num_users() const = 0;  // users that it can be asked about
  virtual int num_items() const = 0;
  virtual int num_behaviours() const = 0;
  virtual int history() const = 0;  // H, how many interactions the model looks back; 0 for none

  virtual std::unique_ptr<ResponseState> NewState(int slots) const = 0;

  // Puts `user` into a slot, with the interactions before the session, oldest first. Only the last
  // H of them count.
  virtual void Start(ResponseState& state, int slot, int32_t user,
                     std::span<const Interaction> history) const = 0;

  // Writes the logits [n, K, F] of `items` [n, K] for the given slots [n] of one block.
  virtual void Score(const ResponseState& state, std::span<const int> slots,
                     std::span<const int32_t> items, std::span<float> logits) const = 0;

  // Writes the logits [I, F] of all items for one slot. For oracles and reports only.
  virtual void ScoreAll(const ResponseState& state, int slot, std::span<float> logits) const = 0;

  // Takes in what was shown and answered: `shown` [n, K] for the given slots [n] of one block, in
  // slate order.
  virtual void Append(ResponseState& state, std::span<const int> slots,
                      std::span<const Interaction> shown) const = 0;

  virtual TensorFile ToFile() const = 0;
};

}  // namespace lerl
