#pragma once
// SessionTokens: a user's past and session as tokens for the state encoder.
//
//   f_i = [E_i, categories of i, 1]                                    width A + C + 1         (1)
//   x   = [ mean_k f(i_k), mean_k y_k1 f(i_k), ..., mean_k y_kF f(i_k) ]                       (2)
//
//   f_i    features of item i: its vector of the policy side, 1 or 0 for each category, and 1
//   x      token of a slate of items i_1 ... i_K (or of one item), before a learned linear map;
//          width (1 + F)(A + C + 1)
//   y_kf   1 where behaviour f of F was given to item i_k, else 0
// So the blocks of the map are one embedding for "shown" and one for each behaviour given, and a
// slate's token is the mean of its items' tokens. The setting `tokens` chooses one token per slate,
// or one per item (the paper's item-level history).
//
// The past before the session comes as slates of K rows in time order, so that the whole is one
// kind of sequence:
//
//   [start] [past ...] [step 1] [step 2] ...                                                   (3)
//
// The state before step t is the encoder's output at the last token before it.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

struct TokenLayout {
  int slate = 6;          // K
  int past_rows = 60;     // training rows that a session starts with, at most
  bool per_item = false;  // one token per item in place of one per slate
};

// The responses of one row of the logs; bit f is behaviour f.
uint32_t ResponsesOfRow(const Dataset& dataset, int64_t row);

class SessionTokens {
 public:
  // item_vectors E [I, A]. Data set and split must outlive this object.
  SessionTokens(const Dataset& dataset, const Split& split, std::span<const float> item_vectors,
                TokenLayout layout);

  int width() const { return width_; }  // of a token, (1 + F)(A + C + 1)
  int slate() const { return layout_.slate; }
  const Dataset& dataset() const { return dataset_; }
  int per_step() const { return layout_.per_item ? layout_.slate : 1; }
  // Tokens before the first step, the start token and the past: of a user, and at most of any.
  int PastTokens(int32_t user) const;
  int MaxPastTokens() const;

  // Writes the n = PastTokens(user) tokens [n, width]; the start token is all zero.
  void Past(int32_t user, std::span<float> tokens) const;
  // Writes the tokens [per_step, width] of one slate, equation (2).
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
  std::vector<float> item_features_;  // f [I, A + C + 1]
};

}  // namespace lerl
