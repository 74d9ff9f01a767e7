#include "lerl/base/clock.h"

#include <ctime>

namespace lerl {

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  char text[32];
  std::tm parts{};
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
  return text;
}

}  // namespace lerl
