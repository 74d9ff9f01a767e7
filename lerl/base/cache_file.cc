#include "lerl/base/cache_file.h"

#include <algorithm>

#include "lerl/base/file.h"
#include "lerl/base/hash.h"

namespace lerl {

std::filesystem::path CacheFile(const std::string& folder, std::string name, std::string_view key,
                                const std::string& extension) {
  std::ranges::replace(name, '/', '-');
  return CacheDir() / folder / (name + "-" + HashText(key) + extension);
}

}  // namespace lerl
