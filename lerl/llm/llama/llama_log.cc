#include "lerl/llm/llama/llama_log.h"

#include <llama.h>

#include <mutex>

namespace lerl {
namespace {

std::mutex message_mutex;
std::string last_message;  // guarded by message_mutex

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
}

}  // namespace

void CaptureLlamaLog() {
  static std::once_flag once;
  std::call_once(once, [] {
    llama_log_set(Keep, nullptr);
    llama_backend_init();
  });
}

std::string LastLlamaMessage() {
  const std::lock_guard lock(message_mutex);
  return last_message.empty() ? "no reason given" : last_message;
}

}  // namespace lerl
