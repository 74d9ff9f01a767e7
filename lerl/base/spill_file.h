#pragma once
// SpillFile: bytes that memory is too small for, in a file without a name.
//
// Nothing of it is ever seen in its folder, and the system takes it back when the process ends,
// however it ends.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace lerl {

class SpillFile {
 public:
  // Makes `folder` if it is missing. Throws Error(kIo) where no file can be made there.
  explicit SpillFile(const std::filesystem::path& folder);
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  // Writes bytes behind those before, through a buffer of 256 KB. Throws Error(kIo) naming the
  // folder where the disk is full.
  void Append(std::span<const std::byte> bytes);
  template <typename T>
  void Add(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    Append(std::as_bytes(std::span(&value, 1)));
  }
  size_t size() const { return written_ + buffer_.size(); }

  // All bytes, mapped into memory, for as long as this object lives. Nothing is appended after it.
  std::span<const std::byte> Map();
  template <typename T>
  std::span<const T> MapAs() {
    const std::span<const std::byte> bytes = Map();
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  // Tells the system that the first bytes will not be read again, which may give their disk back.
  void Forget(size_t bytes);

 private:
  void Flush();
  const std::filesystem::path folder_;
  int descriptor_ = -1;
  size_t written_ = 0, forgotten_ = 0;
  std::vector<std::byte> buffer_;
  void* mapping_ = nullptr;
};

// Throws Error(kIo) with both figures unless the disk of `folder`, which need not be there yet, has
// so many bytes free. `what` is what they are for.
void RequireSpace(const std::filesystem::path& folder, uint64_t bytes, const std::string& what);

}  // namespace lerl
