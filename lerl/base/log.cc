#include "lerl/base/log.h"

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "lerl/base/log_writer.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

std::atomic<bool> g_quiet{false};

constexpr size_t kLongestLine = 2000, kLongestMessage = 8000;  // bytes

void Write(const char* level, const char* prefix, const std::string& message) {
  const std::string text = PrintableMessage(message);
  if (!WriteByLogWriter(level, text)) std::fprintf(stderr, "%s%s\n", prefix, text.c_str());
}

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
  if (!g_quiet) Write("info", "", message);
}

void LogWarning(const std::string& message) { Write("warning", "warning: ", message); }

void SetLogQuiet(bool quiet) { g_quiet = quiet; }

}  // namespace lerl
