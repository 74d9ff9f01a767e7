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

// Writes log.csv (user,item,timestamp,rating) with rows in the order of time, each of any user,
// with an item by Zipf's law, and log.toml, which describes it.
void WriteZipfLog(const std::filesystem::path& folder, int64_t rows, int64_t users, int64_t items);

}  // namespace lerl
