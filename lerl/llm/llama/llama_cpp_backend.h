#pragma once
// LlmBackend over llama.cpp, in process, on the CPU or, as far as `gpu_layers` says, on a GPU.
//
// The prefix is computed once into sequence 0 of the context's KV cache and kept while it stays the
// same; the suffixes of a batch are sequences 1..n that share its cells (llama_memory_seq_cp) and
// are removed afterwards. So every batch finds the cache in the same state, and the same batch
// gives the same bytes whatever was asked before. A row's scores differ from those of another batch
// by rounding. Labels that are several tokens are scored in a second pass (llm/llama/name_scores.h).

#include <filesystem>
#include <memory>

#include "lerl/llm/backend.h"

namespace lerl {

inline constexpr int kLargestBatch = 200;  // with the labels of a second pass llama.cpp's 256

struct LlamaCppOptions {
  std::filesystem::path model = {};  // GGUF
  int threads = 1;
  int context = 4096;               // tokens of the shared prefix and all suffixes of a batch
  int batch = 8;                    // suffixes computed together, at most kLargestBatch
  int gpu_layers = 0;               // -1: all
  std::filesystem::path lora = {};  // GGUF of an adapter; empty: none
  double lora_scale = 1;
};

// Throws Error(kModel) when the model or its adapter can't be loaded, or there is no GPU for
// layers.
std::unique_ptr<LlmBackend> MakeLlamaCppBackend(const LlamaCppOptions& options);

}  // namespace lerl
