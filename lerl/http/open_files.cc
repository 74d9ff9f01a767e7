#include "lerl/http/open_files.h"

#include <sys/resource.h>

#include <algorithm>

namespace lerl {

int64_t RaiseOpenFiles() {
  constexpr rlim_t kMost = 1 << 20;  // where the system has no limit
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  const rlim_t old = limit.rlim_cur;
  limit.rlim_cur = std::max(old, std::min(limit.rlim_max, kMost));
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = old;
  return static_cast<int64_t>(std::min(limit.rlim_cur, kMost));
}

}  // namespace lerl
