#pragma once
// What is asked of the file of an SQLite store before it is written to. Errors name the file.

#include <cstdint>
#include <filesystem>

#include "lerl/events/sql.h"

namespace lerl {

inline constexpr int64_t kStoreApplicationId = 0x4C45524C;  // "LERL", in the head of the file

// Makes an empty file (mode 0600, with its folder) where there is none; SQLite gives the files
// beside it the same mode. Throws Error(kIo) where it cannot be made.
void MakeStoreFile(const std::filesystem::path& path);

// Throws Error(kData) for a database of another program. An empty one may become a store.
void RequireAStore(Sql& sql, const std::filesystem::path& path);

// Looks through the whole file. Throws Error(kData) where it is damaged.
void RequireWhole(Sql& sql, const std::filesystem::path& path);

}  // namespace lerl
