#pragma once
// The path under which something that was computed once is kept.

#include <filesystem>
#include <string>
#include <string_view>

namespace lerl {

// Returns CacheDir()/FOLDER/NAME-HASH with the extension, which includes its dot. HASH is the hash
// of `key`, which must state everything that the contents depend on. A slash in the name becomes -.
std::filesystem::path CacheFile(const std::string& folder, std::string name, std::string_view key,
                                const std::string& extension = ".safetensors");

}  // namespace lerl
