#include "lerl/base/log.h"

#include <atomic>
#include <cstdio>

namespace lerl {
namespace {
std::atomic<bool> g_quiet{false};
}

void LogInfo(const std::string& message) {
  if (!g_quiet) std::fprintf(stderr, "%s\n", message.c_str());
}

void LogWarning(const std::string& message) {
  std::fprintf(stderr, "warning: %s\n", message.c_str());
}

void SetLogQuiet(bool quiet) { g_quiet = quiet; }

}  // namespace lerl
