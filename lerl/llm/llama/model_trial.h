#pragma once
// A trial of a model file in a process of its own. llama.cpp ends the process by an assertion where
// some parts of a file don't fit together, such as a vocabulary with a token twice; a trial turns
// that into an error.

#include <filesystem>
#include <string>

namespace lerl {

// Loads the model in a child process and computes one token. Throws Error(kModel), with llama.cpp's
// words, where the child does not survive it. A file that llama.cpp refuses by itself passes: it is
// refused again, with the reason, where it is loaded. A file that passed is not tried again: its
// `hash` is kept in the cache.
void TryModel(const std::filesystem::path& path, const std::string& hash);

}  // namespace lerl
