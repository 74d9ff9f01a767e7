#pragma once
// LlmBackend over llama.cpp, in process. It runs on the CPU, and on a GPU with as many layers as
// `gpu_layers` says.
//
// The prefix of a batch is kept while it stays the same (llm/llama/prompt_context.h), and every
// batch finds the cache in the same state: the same batch gives the same bytes whatever was asked
// before. In another batch the scores of a row may differ by rounding. Labels of several tokens are
// scored in a second pass (llm/llama/name_scores.h).

#include <filesystem>
#include <memory>

#include "lerl/llm/backend.h"

namespace lerl {

// With the sequences of a second pass it stays within the 256 that llama.cpp allows.
inline constexpr int kLargestBatch = 200;

struct LlamaCppOptions {
  std::filesystem::path model = {};  // GGUF
  int threads = 1;
  int context = 4096;               // tokens that the prefix and all suffixes of a batch may have
  int batch = 8;                    // suffixes computed together, at most kLargestBatch
  int gpu_layers = 0;               // layers on the GPU; -1: all
  std::filesystem::path lora = {};  // GGUF of an adapter; empty: none
  double lora_scale = 1;
  double progress_from = 20;  // seconds of scoring from which its progress is shown
};

// Throws Error(kModel) when the model or its adapter can't be loaded, or when layers are to lie on
// a GPU and there is none.
std::unique_ptr<LlmBackend> MakeLlamaCppBackend(const LlamaCppOptions& options);

}  // namespace lerl
