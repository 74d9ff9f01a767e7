#pragma once
// A context of llama.cpp for prompts that share a prefix. The prefix is computed once, into
// sequence 0 of the KV cache, and kept while it stays the same. The suffixes of a chunk are the
// sequences 1 to n, which share the prefix's cells (llama_memory_seq_cp) and are removed
// afterwards, so every chunk finds the cache in the same state.

#include <llama.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lerl/llm/backend.h"
#include "lerl/llm/llama/llama_model.h"
#include "lerl/llm/llama/token_batch.h"

struct ggml_threadpool;

namespace lerl {

using Tokens = std::vector<int32_t>;

// The suffixes [begin, end), which are computed together.
struct SuffixChunk {
  size_t begin = 0, end = 0;
  // Of suffix i of the chunk in the KV cache.
  int Sequence(size_t i) const { return static_cast<int>(i - begin) + 1; }
};

struct PromptContextOptions {
  int threads = 1;
  int context = 4096;       // tokens that the prefix and all suffixes of a chunk may have
  int batch = 8;            // suffixes of a chunk at most
  int more_sequences = 32;  // that are free behind those of the suffixes
};

class PromptContext {
 public:
  // Throws Error(kModel) where there is no memory for such a context.
  PromptContext(std::shared_ptr<const LlamaModel> model, const PromptContextOptions& options);

  // Computes the prefix into sequence 0, unless that holds it already.
  void HoldPrefix(const std::string& prefix);
  int prefix_length() const { return static_cast<int>(prefix_tokens_.size()); }

  // The tokens of each suffix. Throws Error(kModel) where the context has no room for a prompt with
  // `reserve` further tokens.
  std::vector<Tokens> TokeniseSuffixes(std::span<const std::string> suffixes, int reserve) const;
  // Cuts the suffixes into chunks of at most `batch` suffixes and, with `reserve` further tokens
  // for each, at most `most` tokens. A chunk has one suffix at least.
  std::vector<SuffixChunk> Chunks(const std::vector<Tokens>& suffixes, int reserve,
                                  size_t most) const;
  // Computes the suffixes of a chunk. Returns the place of the last token of each in the batch.
  std::vector<int> DecodeSuffixes(const std::vector<Tokens>& suffixes, SuffixChunk chunk);
  void DropSuffixes(SuffixChunk chunk);
  // Computes the batch. Throws Error(kModel) where llama.cpp can't.
  void Decode();

  llama_context* get() const { return context_.get(); }
  TokenBatch& batch() { return batch_; }
  // What was computed so far; whoever decodes more or takes the time adds to it.
  LlmUsage& usage() { return usage_; }
  const LlmUsage& usage() const { return usage_; }

 private:
  // The threads of this context. They sleep between batches and leave the cores to training.
  struct ThreadPoolDeleter {
    void operator()(ggml_threadpool* pool) const;
  };
  struct ContextDeleter {
    void operator()(llama_context* context) const { llama_free(context); }
  };

  const std::shared_ptr<const LlamaModel> model_;
  const PromptContextOptions options_;
  const std::unique_ptr<ggml_threadpool, ThreadPoolDeleter> threads_;
  std::unique_ptr<llama_context, ContextDeleter> context_;
  TokenBatch batch_;
  std::string prefix_;  // held in sequence 0 if holds_prefix_
  Tokens prefix_tokens_;
  bool holds_prefix_ = false;
  LlmUsage usage_;
};

}  // namespace lerl
