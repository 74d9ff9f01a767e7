#pragma once
// Where something that was computed once is kept.

#include <filesystem>
#include <string>
#include <string_view>

namespace lerl {

// CacheDir()/FOLDER/NAME-HASH, with the extension ("." included): HASH is that of `key`, which says
// everything that the contents depend on; a slash in the name becomes -.
std::filesystem::path CacheFile(const std::string& folder, std::string name, std::string_view key,
                                const std::string& extension = ".safetensors");

}  // namespace lerl
