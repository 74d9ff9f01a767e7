#include "lerl/llm/llama/llama_log.h"

#include <llama.h>

#include <mutex>

#include "lerl/base/printable.h"

namespace lerl {
namespace {

std::mutex message_mutex;
std::string first_error, last_message;  // guarded by message_mutex

void Keep(ggml_log_level level, const char* text, void*) {
  if (level != GGML_LOG_LEVEL_WARN && level != GGML_LOG_LEVEL_ERROR) return;
  std::string line(text);
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  for (char& c : line) {
    if (c == '\n') c = ' ';
  }
  if (line.size() < 4) return;
  const std::lock_guard lock(message_mutex);
  last_message = line;
  if (first_error.empty() && level == GGML_LOG_LEVEL_ERROR) first_error = line;
}

std::string OrNone(const std::string& message) {
  return message.empty() ? "no reason given" : Printable(message);
}

}  // namespace

void CaptureLlamaLog() {
  static std::once_flag once;
  std::call_once(once, [] {
    llama_log_set(Keep, nullptr);
    llama_backend_init();
  });
}

void ForgetLlamaMessages() {
  const std::lock_guard lock(message_mutex);
  first_error.clear();
  last_message.clear();
}

std::string FirstLlamaError() {
  const std::lock_guard lock(message_mutex);
  return OrNone(first_error);
}

std::string LastLlamaMessage() {
  const std::lock_guard lock(message_mutex);
  return OrNone(last_message);
}

}  // namespace lerl
