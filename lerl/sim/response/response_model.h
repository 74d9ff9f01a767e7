#pragma once
// ResponseModel: what would this user answer if shown that item now?
//
// Axes: B slots (users played side by side), K items of a slate, I items, F behaviours, D width.
// A model keeps the state of each slot (for the transformer: keys and values of the history),
// scores items against it, and takes in what was shown and answered. Logits are raw: the
// environment turns them into probabilities, p = clamp(sigmoid(logit) - rho * similarity, 0, 1).
//
// Thread rule: slots are handled in fixed blocks of kBlock; two blocks may be used by two threads
// at once, one block by one thread at a time. Results don't depend on the number of threads.

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

  virtual std::string name() const = 0;  // "transformer", "mf"
  virtual int num_items() const = 0;
  virtual int num_behaviours() const = 0;
  virtual int history() const = 0;  // H: interactions that the model looks back; 0 for none

  virtual std::unique_ptr<ResponseState> NewState(int slots) const = 0;

  // Puts `user` with the interactions before the session (oldest first; the last H count) in a
  // slot.
  virtual void Start(ResponseState& state, int slot, int32_t user,
                     std::span<const Interaction> history) const = 0;

  // Logits of `items` [n, K] for the given slots [n] of one block: logits [n, K, F].
  virtual void Score(const ResponseState& state, std::span<const int> slots,
                     std::span<const int32_t> items, std::span<float> logits) const = 0;

  // Logits of all items for one slot: [I, F]. For oracles and reports only.
  virtual void ScoreAll(const ResponseState& state, int slot, std::span<float> logits) const = 0;

  // Takes in what was shown: `shown` [n, K] for the given slots [n] of one block, in slate order.
  virtual void Append(ResponseState& state, std::span<const int> slots,
                      std::span<const Interaction> shown) const = 0;

  virtual TensorFile ToFile() const = 0;
};

}  // namespace lerl
