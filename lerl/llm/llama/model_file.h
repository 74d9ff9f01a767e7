#pragma once
// Files of language models (GGUF): where they lie, and whether a file is one.

#include <filesystem>
#include <string>

namespace lerl {

// Throws Error(kModel), naming the path and what to do, when the file is missing, not GGUF or
// shorter than a GGUF header. A file that is cut off further on shows when its tensors are loaded.
void CheckModelFile(const std::filesystem::path& path);

// Throws Error(kModel) where a context of so many tokens is larger than the model was trained for,
// by the header of its file. A context up to kUsualContext is taken for any model, since it holds
// the prompts of a batch side by side.
inline constexpr int kUsualContext = 4096;
void CheckContext(const std::filesystem::path& path, int context);

// What can be done about a model that llama.cpp refused with this message.
std::string AdviceOnModel(const std::string& message);

// Returns CacheDir()/models/SmolLM2-135M-Instruct.Q4_1.gguf, which the set-up fetches. Does not
// check whether it is there.
std::filesystem::path DefaultModelSource();

// Returns the model to load for a setting: `setting` itself, or if that is empty the default model
// in its fastest form (llm/llama/quantise.h), which is made on first use. Throws Error(kModel).
std::filesystem::path ResolveModel(const std::string& setting);

}  // namespace lerl
