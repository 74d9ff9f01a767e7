#pragma once
// Files with made-up rows, of KuaiRand-Pure's schema and size, and a folder for them that is
// removed with its object.

#include <cstdint>
#include <filesystem>

namespace lerl {

class TemporaryFolder {
 public:
  TemporaryFolder();  // below TMPDIR; throws Error(kIo)
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct GeneratedSizes {  // KuaiRand-Pure's
  int64_t users = 27'285, videos = 7'583, rows = 1'436'609;
};

void WriteKuaiRandPure(const std::filesystem::path& folder, const GeneratedSizes& sizes);

}  // namespace lerl
