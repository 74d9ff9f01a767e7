#pragma once
// Files that are written whole or not at all, files mapped into memory, and locks on folders.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace lerl {

// Writes `bytes` to a temporary file beside `path`, syncs it, renames it to `path` and syncs the
// folder. Its permissions are what the user's umask leaves. Makes missing parent folders. Throws
// Error(kIo) naming path and reason, and then leaves `path` untouched.
void WriteFileWhole(const std::filesystem::path& path, std::string_view bytes);
// The same of the parts of a file, one behind the other.
void WriteFileWhole(const std::filesystem::path& path, std::span<const std::string_view> parts);

// Appends `line` and a newline to the file in one write under a lock, and syncs it. Makes the file
// and its folder where they are missing. Lines of several processes stay apart, also where an
// earlier one was cut short. Throws Error(kIo).
void AppendLine(const std::filesystem::path& path, std::string_view line);

// Does the last steps of such a write for a file that a library has written: syncs `temporary`,
// renames it to `path` in the same folder, and syncs the folder. On Error(kIo) `temporary` is
// removed.
void MoveIntoPlace(const std::filesystem::path& temporary, const std::filesystem::path& path);

// Throws Error(kIo) unless files can be written into the folder or, where it is missing, the folder
// can be made. To be asked before work whose result goes there; it leaves nothing behind.
void RequireWritable(const std::filesystem::path& folder);

// Returns the whole file. Throws Error(kIo) "PATH: cannot be read: REASON", also for a pipe that
// lies in a folder, which could be waited for without end.
std::string ReadFile(const std::filesystem::path& path);

// A read-only view of a file, which lasts until destruction. Throws Error(kData) if the file can't
// be opened.
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

// An exclusive lock on a folder, through FOLDER/.lock. The folder is made if it is missing, and the
// lock is released at destruction or when the process dies. Throws Error(kBusy) when another
// process holds the lock, and Error(kIo) when the folder can't be written to.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

// Returns $LERL_CACHE_DIR, else $XDG_CACHE_HOME/lerl, else .cache/lerl in $HOME or, without it, in
// the user's home. Does not create it. Throws Error(kConfig) where there is none of these.
std::filesystem::path CacheDir();

}  // namespace lerl
