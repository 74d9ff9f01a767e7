#pragma once
// A user's past and session as tokens for the state encoder.
//
// With f_i = [E_i, categories of i, 1] the token of a slate (or of one item) is, before a learned
// linear map,
//   x = [ mean_k f(i_k), mean_k y_k1 f(i_k), ..., mean_k y_kF f(i_k) ]
// so the map's blocks are one embedding for "shown" and one for each behaviour given, and a slate's
// token is the mean of its items' tokens. `slate` gives one token per step, `item` one per item
// (the paper's item-level history): a switch. The past before the session comes as slates of K rows
// in time order, so that the whole is one kind of sequence:
//   [start] [past ...] [step 1] [step 2] ...
// The state before step t is the output of the last token before it.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

struct TokenLayout {
  int slate = 6;          // K
  int past_rows = 60;     // rows of the training part that a session starts with, at most
  bool per_item = false;  // one token per item in place of one per slate
};

class SessionTokens {
 public:
  // item_vectors [I, D]. Both must outlive this object.
  SessionTokens(const Dataset& dataset, const Split& split, std::span<const float> item_vectors,
                TokenLayout layout);

  int width() const { return width_; }  // of a token, (1 + F)(D + C + 1)
  int slate() const { return layout_.slate; }
  const Dataset& dataset() const { return dataset_; }
  int per_step() const { return layout_.per_item ? layout_.slate : 1; }
  // Tokens before the first step: the start token and the past.
  int PastTokens(int32_t user) const;
  int MaxPastTokens() const;

  // Writes PastTokens(user) tokens [n, width]; the start token is all zero.
  void Past(int32_t user, std::span<float> tokens) const;
  // Tokens of one slate: [per_step, width].
  void Step(std::span<const int32_t> items, std::span<const uint32_t> responses,
            std::span<float> tokens) const;

  // The last training rows of a user in chunks of K, oldest first: [begin, end) row indices.
  std::vector<std::pair<int64_t, int64_t>> PastChunks(int32_t user) const;

 private:
  void AddItem(int32_t item, uint32_t responses, float weight, std::span<float> token) const;

  const Dataset& dataset_;
  const Split& split_;
  const TokenLayout layout_;
  int features_ = 0, width_ = 0;
  std::vector<float> item_features_;  // f [I, D + C + 1]
};

}  // namespace lerl
