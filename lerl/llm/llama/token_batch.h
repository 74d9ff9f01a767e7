#pragma once
// A batch of tokens for llama_decode.

#include <llama.h>

#include <cstdint>

#include "lerl/base/check.h"

namespace lerl {

class TokenBatch {
 public:
  explicit TokenBatch(int capacity)
      : batch_(llama_batch_init(capacity, 0, 1)), capacity_(capacity) {}
  ~TokenBatch() { llama_batch_free(batch_); }
  TokenBatch(const TokenBatch&) = delete;
  TokenBatch& operator=(const TokenBatch&) = delete;

  void Clear() { batch_.n_tokens = 0; }
  int size() const { return batch_.n_tokens; }
  // Returns the place of the token in the batch.
  int Add(int32_t token, int position, int sequence, bool wants_logits) {
    LERL_CHECK_LT(batch_.n_tokens, capacity_);
    const int place = batch_.n_tokens++;
    batch_.token[place] = token;
    batch_.pos[place] = position;
    batch_.n_seq_id[place] = 1;
    batch_.seq_id[place][0] = sequence;
    batch_.logits[place] = wants_logits ? 1 : 0;
    return place;
  }
  const llama_batch& get() const { return batch_; }

 private:
  llama_batch batch_;
  const int capacity_;
};

}  // namespace lerl
