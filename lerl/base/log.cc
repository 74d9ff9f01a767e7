#include "lerl/base/log.h"

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "lerl/base/printable.h"

namespace lerl {
namespace {

std::atomic<bool> g_quiet{false};

constexpr size_t kLongestLine = 2000, kLongestMessage = 8000;  // bytes

}  // namespace

std::string PrintableMessage(std::string_view message) {
  std::string text;
  for (size_t begin = 0; begin <= message.size();) {
    const size_t end = std::min(message.find('\n', begin), message.size());
    text += (begin == 0 ? "" : "\n") + Printable(message.substr(begin, end - begin), kLongestLine);
    begin = end + 1;
    if (text.size() > kLongestMessage) return text + "\n...";
  }
  return text;
}

void LogInfo(const std::string& message) {
  if (!g_quiet) std::fprintf(stderr, "%s\n", PrintableMessage(message).c_str());
}

void LogWarning(const std::string& message) {
  std::fprintf(stderr, "warning: %s\n", PrintableMessage(message).c_str());
}

void SetLogQuiet(bool quiet) { g_quiet = quiet; }

}  // namespace lerl
