#pragma once
// Language model files (GGUF): where they lie, and whether a file is one.

#include <filesystem>
#include <string>

namespace lerl {

// Throws Error(kModel), naming the path and what to do, when the file is missing, not a GGUF file
// or shorter than a GGUF header. A file that is cut off later is found when its tensors are loaded.
void CheckModelFile(const std::filesystem::path& path);

// CacheDir()/models/SmolLM2-135M-Instruct.Q4_1.gguf, as the set-up fetches it. Not checked.
std::filesystem::path DefaultModelSource();

// The model to load for a setting: `setting` itself, or, where it is empty, the default model in
// the form that runs fastest (llm/llama/quantise.h), made on first use. Throws Error(kModel).
std::filesystem::path ResolveModel(const std::string& setting);

}  // namespace lerl
