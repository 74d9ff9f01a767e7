#pragma once
// Makes the default model faster. It comes with weights in Q4_1, but on processors with AVX
// llama.cpp multiplies Q4_0 about three times as fast, since its packed kernels exist for Q4_0
// only.

#include <filesystem>

namespace lerl {

// Returns the Q4_0 form of a GGUF file: STEM.lerl-q4_0.gguf beside it, which is made if it is
// missing or older than the source. It is written whole or not at all, and several threads and
// processes may ask for it at once. Returns the source itself if the folder can't be written to.
// Throws Error(kModel) when the source is missing or broken.
std::filesystem::path FastModel(const std::filesystem::path& source);

}  // namespace lerl
