#pragma once
// The default model comes with Q4_1 weights; llama.cpp multiplies Q4_0 about three times as fast on
// processors with AVX (its packed kernels exist for Q4_0 only).

#include <filesystem>

namespace lerl {

// The Q4_0 form of a GGUF file, STEM.lerl-q4_0.gguf beside it, made if it is not there or made from
// another source. Written whole or not at all; threads and
// processes may ask for it at once. If the folder is
// not writable, the source itself. Throws Error(kModel) when the source is missing or broken.
std::filesystem::path FastModel(const std::filesystem::path& source);

}  // namespace lerl
