#pragma once
// ScratchFile: a file of the input, for parsers that read one. It goes when the process ends well.

#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "lerl/base/check.h"

namespace lerl {

class ScratchFile {
 public:
  explicit ScratchFile(const std::string& name) {
    std::string folder = (std::filesystem::temp_directory_path() / "lerl-fuzz-XXXXXX").string();
    LERL_CHECK(::mkdtemp(folder.data()) != nullptr);
    path_ = std::filesystem::path(folder) / name;
  }
  ~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove_all(path_.parent_path(), ignored);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void Write(std::string_view bytes) {
    std::ofstream out(path_, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    LERL_CHECK(out.good());
  }

 private:
  std::filesystem::path path_;
};

// What libFuzzer hands over, as text.
inline std::string_view TextOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace lerl
