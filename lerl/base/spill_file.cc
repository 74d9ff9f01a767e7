#include "lerl/base/spill_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr size_t kBufferBytes = size_t{1} << 18;

std::string Megabytes(uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f MB", std::max(1.0, static_cast<double>(bytes) / 1e6));
  return text;
}

[[noreturn]] void FailSpill(const fs::path& folder, const std::string& doing) {
  const int reason = errno;
  std::string message =
      folder.string() + ": a temporary file cannot " + doing + ": " + std::strerror(reason);
  std::error_code unknown;
  const fs::space_info space = fs::space(folder, unknown);
  if (!unknown) message += "; the disk has " + Megabytes(space.available) + " free";
  throw Error(ErrorKind::kIo, message + "; set LERL_CACHE_DIR to a folder with more space");
}

// A file without a name; where the file system has none, one whose name is taken away at once.
int OpenNameless(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0) return descriptor;
  std::string name = (folder / ".spill-XXXXXX").string();
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

SpillFile::SpillFile(const fs::path& folder) : folder_(folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  descriptor_ = OpenNameless(folder);
  if (descriptor_ < 0) FailSpill(folder_, "be made");
}

SpillFile::~SpillFile() {
  if (mapping_ != nullptr) ::munmap(mapping_, written_);
  ::close(descriptor_);
}

void SpillFile::Append(std::span<const std::byte> bytes) {
  LERL_CHECK(mapping_ == nullptr);
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  if (buffer_.size() >= kBufferBytes) Flush();
}

void SpillFile::Flush() {
  for (size_t at = 0; at < buffer_.size();) {
    const ssize_t count = ::write(descriptor_, buffer_.data() + at, buffer_.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) FailSpill(folder_, "be written");
    at += At(count);
  }
  written_ += buffer_.size();
  buffer_.clear();
}

std::span<const std::byte> SpillFile::Map() {
  Flush();
  if (mapping_ == nullptr && written_ > 0) {
    mapping_ = ::mmap(nullptr, written_, PROT_READ, MAP_SHARED, descriptor_, 0);
    if (mapping_ == MAP_FAILED) {
      mapping_ = nullptr;
      FailSpill(folder_, "be mapped");
    }
    buffer_ = {};
  }
  return {static_cast<const std::byte*>(mapping_), written_};
}

void SpillFile::Forget(size_t bytes) {
  constexpr size_t kStep = size_t{64} << 20;
  const size_t whole = bytes / kStep * kStep;
  if (whole <= forgotten_) return;
  // Where the file system can't do it, the disk comes back with the end of this object.
  (void)::fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    static_cast<off_t>(forgotten_), static_cast<off_t>(whole - forgotten_));
  forgotten_ = whole;
}

void RequireSpace(const fs::path& folder, uint64_t bytes, const std::string& what) {
  fs::path place = fs::absolute(folder);
  while (!fs::exists(place) && place.has_relative_path()) place = place.parent_path();
  std::error_code unknown;
  const fs::space_info space = fs::space(place, unknown);
  if (unknown || space.available >= bytes) return;
  throw Error(ErrorKind::kIo, folder.string() + ": " + what + " need about " + Megabytes(bytes) +
                                  ", and the disk has " + Megabytes(space.available) +
                                  " free; make room, or set LERL_CACHE_DIR to another disk");
}

}  // namespace lerl
