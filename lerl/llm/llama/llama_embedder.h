#pragma once
// TextEmbedder over llama.cpp, in process: a GGUF file of a model that pools (BERT and its kind).
// The vector is the mean over the tokens' last states, as the model's file says, of length 1.
//
// Reference: Sentence-BERT, arXiv 1908.10084; the default model is all-MiniLM-L6-v2
// (docs/dependencies.md).

#include <filesystem>
#include <memory>

#include "lerl/llm/text_embedder.h"

namespace lerl {

// CacheDir()/models/all-MiniLM-L6-v2.gguf, which the set-up makes. Does not check whether it is
// there.
std::filesystem::path DefaultEmbeddingModel();

// Throws Error(kModel) where the file is missing, is no GGUF, or is of a model that does not pool.
// It is loaded here. `threads` is at least 1.
std::unique_ptr<TextEmbedder> MakeLlamaEmbedder(const std::filesystem::path& path, int threads);

// Throws Error(kModel), saying how it is made, where the file is missing or no GGUF.
void CheckEmbeddingModel(const std::filesystem::path& path);

}  // namespace lerl
