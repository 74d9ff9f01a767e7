#pragma once
// JSON files of ours, which are read back. Each carries a checksum of its other members, so that a
// file that was damaged and is still JSON is told apart from one that was written so.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

namespace lerl {

// Writes an object whole or not at all, with its members indented by `indent` spaces, or on one
// line where it is -1. Characters that are not UTF-8 are replaced. Throws Error(kIo).
void WriteJsonFile(const std::filesystem::path& path, nlohmann::json object, int indent = 2);

// Returns the object without its checksum; a discarded value (base/json_text.h) where the file
// holds no object, or not the one that was written. A file of before there were checksums is read
// as it is. Throws Error(kIo) where there is no file.
nlohmann::json TryReadJsonFile(const std::filesystem::path& path);

}  // namespace lerl
