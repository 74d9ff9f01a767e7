#include "lerl/base/file.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void FailIo(const fs::path& path, const std::string& doing) {
  throw Error(ErrorKind::kIo, path.string() + ": cannot " + doing + ": " + std::strerror(errno) +
                                  "; check the folder's permissions and the free disk space");
}

void WriteAll(int descriptor, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) FailIo(path, "be written");
    bytes.remove_prefix(At(written));
  }
}

void MakeFolder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    errno = error.value();
    FailIo(folder, "be created");
  }
}

void SyncFolder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;  // some file systems don't allow folders to be opened
  ::fsync(descriptor);
  ::close(descriptor);
}

// Makes a file of its own beside `path`, with the permissions that the user's umask leaves it, and
// writes its path into `name`.
int OpenTemporary(const fs::path& path, const fs::path& folder, std::string& name) {
  static std::atomic<uint64_t> made{0};
  int descriptor = -1;
  do {
    name = (folder / ("." + path.filename().string() + "." + std::to_string(::getpid()) + "-" +
                      std::to_string(made++)))
               .string();
    descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor < 0 && errno == EEXIST);
  if (descriptor < 0) FailIo(path, "be written");
  return descriptor;
}

// Opens a file for reading. Nothing waits for the other end of a pipe that lies in a folder; pipes
// that the shell hands over stand in /dev and /proc, and are read.
int OpenToRead(const fs::path& path) {
  const std::string text = path.string();
  const bool handed_over = text.starts_with("/dev/") || text.starts_with("/proc/");
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | (handed_over ? 0 : O_NONBLOCK));
}

// Why what was opened holds no text that ends; "" where it does. Devices give none but /dev/null,
// and terminals, where a person ends it.
std::string NotAFile(int descriptor) {
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) return "";
  if (S_ISFIFO(info.st_mode) && (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0)
    return "it is a pipe, not a file";
  const bool ends = info.st_rdev == ::makedev(1, 3) || ::isatty(descriptor) == 1;
  return S_ISCHR(info.st_mode) && !ends ? "it is a device, not a file" : "";
}

}  // namespace

void WriteFileWhole(const fs::path& path, std::string_view bytes) {
  WriteFileWhole(path, std::span(&bytes, 1));
}

void WriteFileWhole(const fs::path& path, std::span<const std::string_view> parts) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  MakeFolder(folder);
  std::string name;
  const int descriptor = OpenTemporary(path, folder, name);
  try {
    for (const std::string_view part : parts) WriteAll(descriptor, part, path);
  } catch (...) {
    ::close(descriptor);
    ::unlink(name.c_str());
    throw;
  }
  ::close(descriptor);
  MoveIntoPlace(name, path);
}

void AppendLine(const fs::path& path, std::string_view line) {
  if (path.has_parent_path()) MakeFolder(path.parent_path());
  const int descriptor = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) FailIo(path, "be written");
  struct stat info {};
  char last = '\n';
  bool done = ::flock(descriptor, LOCK_EX) == 0 && ::fstat(descriptor, &info) == 0;
  if (done && info.st_size > 0) done = ::pread(descriptor, &last, 1, info.st_size - 1) == 1;
  const std::string text = (last == '\n' ? "" : "\n") + std::string(line) + "\n";
  done = done && ::write(descriptor, text.data(), text.size()) == std::ssize(text) &&
         ::fsync(descriptor) == 0;
  const int reason = errno;
  ::close(descriptor);
  errno = reason;
  if (!done) FailIo(path, "be appended to");
}

void MoveIntoPlace(const fs::path& temporary, const fs::path& path) {
  const int descriptor = ::open(temporary.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (!synced || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    if (descriptor >= 0) ::close(descriptor);
    ::unlink(temporary.c_str());
    errno = reason;
    FailIo(path, synced ? "be renamed into place" : "be synced");
  }
  ::close(descriptor);
  SyncFolder(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

std::string ReadFile(const fs::path& path) {
  const auto fail = [&path](int reason) {
    throw Error(ErrorKind::kIo, path.string() + ": cannot be read: " + std::strerror(reason));
  };
  const int descriptor = OpenToRead(path);
  if (descriptor < 0) fail(errno);
  if (const std::string reason = NotAFile(descriptor); !reason.empty()) {
    ::close(descriptor);
    throw Error(ErrorKind::kIo, path.string() + ": cannot be read: " + reason);
  }
  struct stat info {};
  std::string text;
  if (::fstat(descriptor, &info) == 0) text.reserve(At(info.st_size) + 1);
  std::vector<char> block(1 << 16);
  ssize_t count = 0;
  while ((count = ::read(descriptor, block.data(), block.size())) > 0 ||
         (count < 0 && errno == EINTR)) {
    if (count > 0) text.append(block.data(), At(count));
  }
  const int reason = errno;
  ::close(descriptor);
  if (count < 0) fail(reason);
  return text;
}

MappedFile::MappedFile(const fs::path& path) {
  const int descriptor = OpenToRead(path);
  struct stat info {};
  if (descriptor < 0 || ::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
    const std::string reason = descriptor < 0 ? std::strerror(errno) : "not a regular file";
    if (descriptor >= 0) ::close(descriptor);
    throw Error(ErrorKind::kData, path.string() + ": cannot be opened: " + reason);
  }
  size_ = At(info.st_size);
  if (size_ > 0) {
    void* mapping = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (mapping == MAP_FAILED) {
      ::close(descriptor);
      throw Error(ErrorKind::kIo, path.string() + ": cannot be mapped: " + std::strerror(errno));
    }
    data_ = static_cast<const std::byte*>(mapping);
  }
  ::close(descriptor);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

FolderLock::FolderLock(const fs::path& folder) {
  MakeFolder(folder);
  const fs::path path = folder / ".lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) FailIo(path, "be created");
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    ::close(descriptor_);
    descriptor_ = -1;
    errno = reason;
    if (reason != EWOULDBLOCK) FailIo(path, "be locked");
    throw Error(ErrorKind::kBusy, folder.string() +
                                      ": another lerl process writes this folder; wait for it, or "
                                      "choose another folder with --out");
  }
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void RequireWritable(const fs::path& folder) {
  // The folder itself or, where it is still to be made, what it would be made in.
  std::error_code error;
  fs::path place = fs::absolute(folder, error);
  while (!error && !fs::exists(place, error) && !error && place.has_relative_path())
    place = place.parent_path();
  if (error) errno = error.value();
  if (!error && !fs::is_directory(place, error))
    errno = ENOTDIR, error.assign(ENOTDIR, std::generic_category());
  if (error || ::access(place.c_str(), W_OK | X_OK) != 0) FailIo(folder, "be written to");
}

fs::path CacheDir() {
  const auto from = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path(value != nullptr ? value : "");
  };
  if (fs::path own = from("LERL_CACHE_DIR"); !own.empty()) return own;
  if (const fs::path xdg = from("XDG_CACHE_HOME"); !xdg.empty()) return xdg / "lerl";
  fs::path home = from("HOME");
  if (const passwd* user = home.empty() ? ::getpwuid(::getuid()) : nullptr; user != nullptr)
    home = user->pw_dir;
  // A folder that everybody can write to is none: what others put there would be loaded.
  if (home.empty())
    throw Error(ErrorKind::kConfig,
                "the cache has no folder, since neither HOME nor XDG_CACHE_HOME is set; set "
                "LERL_CACHE_DIR");
  return home / ".cache" / "lerl";
}

}  // namespace lerl
