#pragma once
// Scores of labels that are several tokens long, such as full names, after prompts that llama.cpp
// has just computed. For a label of the tokens t_1 .. t_n
//
//   score(label) = 1/n sum_j log p(t_j | prompt, t_1 .. t_j-1)
//
// The mean keeps a long name from being worse for its length alone. In contrast to the sum, a name
// whose later tokens follow from its first ones ("Sci" "-" "Fi") gains by it.
//
// The first tokens are read where the prompts end. The others are computed in a second pass, at
// most kNamesTogether labels at a time. Each label has a sequence that shares its prompt's cells of
// the KV cache and is removed afterwards. Names that begin with the same tokens are computed
// separately all the same.

#include <llama.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "lerl/llm/llama/token_batch.h"

namespace lerl {

inline constexpr int kNamesTogether = 32;

// A prompt whose last token stands in the batch that was decoded last.
struct ComputedPrompt {
  int sequence = 0;  // of the KV cache
  int place = 0;     // of its last token in that batch
  int position = 0;  // of the token that comes next
};

struct NameScoring {
  llama_context* context;
  TokenBatch& batch;
  std::function<void()> decode;  // computes the batch
  int first_sequence;            // from here on kNamesTogether sequences are free
  int room;                      // free cells of the KV cache, enough for one label at least
};

// Returns the scores [prompts, labels]. Each label must have one token at least.
std::vector<std::vector<double>> ScoreNames(const NameScoring& with,
                                            const std::vector<ComputedPrompt>& prompts,
                                            const std::vector<std::vector<int32_t>>& labels);

}  // namespace lerl
