// The main function of every test program. Tests read what the set-up has fetched, and whatever
// they make goes into a cache of their own, beside the program, and never into the user's.

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "lerl/base/file.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

// Test programs run side by side, so another one may have made a link meanwhile.
void LinkFetched(const fs::path& from, const fs::path& to, const std::string& folder) {
  std::error_code ignored;
  fs::create_directories(to / folder, ignored);
  for (const fs::directory_entry& entry : fs::directory_iterator(from / folder, ignored)) {
    const fs::path name = entry.path().filename();
    if (folder != "models" || name.extension() == ".gguf" || name == "vocab")
      fs::create_symlink(entry.path(), to / folder / name, ignored);
  }
}

void UseACacheOfOurOwn() {
  const fs::path fetched = CacheDir();
  const fs::path own = fs::read_symlink("/proc/self/exe").replace_filename("test_cache");
  for (const char* folder : {"datasets", "models"}) LinkFetched(fetched, own, folder);
  ::setenv("LERL_CACHE_DIR", own.c_str(), 1);
}

}  // namespace
}  // namespace lerl

int main(int count, char** arguments) {
  lerl::UseACacheOfOurOwn();
  ::testing::InitGoogleMock(&count, arguments);
  return RUN_ALL_TESTS();
}
