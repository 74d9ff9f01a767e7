#include "lerl/base/log_writer.h"

#include <mutex>
#include <utility>

namespace lerl {
namespace {

struct CurrentLogWriter {
  std::mutex mutex;
  LogWriter writer;
};

// Never destroyed, since threads may write until the very end.
CurrentLogWriter& Current() {
  static auto* current = new CurrentLogWriter;
  return *current;
}

}  // namespace

void SetLogWriter(LogWriter writer) {
  CurrentLogWriter& current = Current();
  const std::lock_guard lock(current.mutex);
  current.writer = std::move(writer);
}

bool WriteByLogWriter(std::string_view level, const std::string& message) {
  CurrentLogWriter& current = Current();
  const std::lock_guard lock(current.mutex);
  if (!current.writer) return false;
  current.writer(level, message);
  return true;
}

}  // namespace lerl
