#pragma once
// Files that are written whole or not at all, files mapped into memory, and folder locks.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace lerl {

// Writes `bytes` to a temporary neighbour, syncs it, renames it over `path` and syncs the folder.
// Missing parent folders are made. Throws Error(kIo) naming path and reason; `path` is then
// untouched.
void WriteFileWhole(const std::filesystem::path& path, std::string_view bytes);

// The last step of such a write, for files that a library has written: syncs `temporary`, renames
// it over `path` in the same folder, syncs the folder. On Error(kIo) `temporary` is gone.
void MoveIntoPlace(const std::filesystem::path& temporary, const std::filesystem::path& path);

// The whole file. Throws Error(kIo) "PATH: cannot be read: REASON".
std::string ReadFile(const std::filesystem::path& path);

// Read-only view of a file, unmapped at destruction. Throws Error(kData) if it can't be opened.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

// Exclusive lock on a folder (made if missing) through FOLDER/.lock, released at destruction or
// when the process dies. Throws Error(kBusy) when another process holds it, Error(kIo) if not
// writable.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

// $LERL_CACHE_DIR, else $XDG_CACHE_HOME/lerl, else $HOME/.cache/lerl. Not created here.
std::filesystem::path CacheDir();

}  // namespace lerl
