#pragma once
// Scores of labels that are several tokens long, such as full names, after prompts that llama.cpp
// has just computed.
//
//   score(label) = 1/n sum_j log p(token_j | prompt, token_1 .. token_j-1)      n tokens
//
// Length-normalised, so that a long name is not worse for its length alone. The first tokens are
// read where the prompts end; the others are computed in a second pass, kNamesTogether labels at a
// time, each in a sequence that shares its prompt's cells of the KV cache and is removed
// afterwards.
//
// Differences from the sum of log p: a name whose later tokens follow from its first ones ("Sci"
// "-" "Fi") gains. Names that share first tokens are computed apart.

#include <llama.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "lerl/llm/llama/token_batch.h"

namespace lerl {

inline constexpr int kNamesTogether = 32;

// A prompt whose last token was in the batch that was decoded last.
struct ComputedPrompt {
  int sequence = 0;
  int place = 0;     // of its last token in that batch
  int position = 0;  // of its next token
};

struct NameScoring {
  llama_context* context;
  TokenBatch& batch;
  std::function<void()> decode;  // computes the batch
  int first_sequence;            // kNamesTogether free ones from here on
  int room;                      // free cells; at least those of one label
};

// [prompts, labels]; each label has a token or more.
std::vector<std::vector<double>> ScoreNames(const NameScoring& with,
                                            const std::vector<ComputedPrompt>& prompts,
                                            const std::vector<std::vector<int32_t>>& labels);

}  // namespace lerl
