#pragma once
// LoRA adapters that come with the program, by name (adapters/README.md is their model card):
//
//   ml-100k    of SmolLM2-135M-Instruct, made by `lerl plan tune-model` on MovieLens-100K

#include <filesystem>
#include <string>
#include <vector>

namespace lerl {

std::vector<std::string> ShippedAdapters();

// The file of an adapter for a setting: that of a shipped adapter, where the setting is its name,
// and otherwise the setting as a path, whatever is there. A shipped adapter is written to
// CacheDir()/adapters on first use.
std::filesystem::path ResolveAdapter(const std::string& setting);

}  // namespace lerl
