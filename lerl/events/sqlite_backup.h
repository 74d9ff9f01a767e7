#pragma once
// A copy of an SQLite store that others write meanwhile.
//
// Copying the file does not do: what was written last stands in the log beside it (PATH-wal), and
// pages change while they are read. SQLite's own copy (VACUUM INTO) is the store as one moment saw
// it: all that was acknowledged before the call, and nothing half.

#include <cstdint>
#include <filesystem>

namespace lerl {

// Copies the store at `path` to `to`, a file that only its owner may read: looked through for
// damage and on the disk when the call returns, or not there at all. Nobody who writes the store
// waits for it; the log grows meanwhile. The copy is of the version that the store is of.
//
// Throws Error(kUsage) where `to` exists, Error(kData) where `path` is no store or damaged, and
// Error(kIo) where one of them can't be read or written.
void BackUpSqlite(const std::filesystem::path& path, const std::filesystem::path& to,
                  int64_t busy_ms);

// Where the copy goes that is made before a store is brought up to date: beside it, by the version
// that it is of, such as events.sqlite.version-1; with a number where such a copy is there.
std::filesystem::path CopyOfVersion(const std::filesystem::path& path, int version);

}  // namespace lerl
