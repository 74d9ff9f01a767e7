#include "lerl/base/random_id.h"

#include <sys/random.h>

#include <array>

#include "lerl/base/check.h"
#include "lerl/base/hash.h"

namespace lerl {

uint64_t SystemRandom() {
  constexpr size_t kDraws = 32;  // words that are asked for at once
  thread_local std::array<uint64_t, kDraws> words{};
  thread_local size_t used = kDraws;
  if (used == kDraws) {
    const ssize_t count = ::getrandom(words.data(), sizeof(words), 0);
    LERL_CHECK_EQ(count, static_cast<ssize_t>(sizeof(words)));
    used = 0;
  }
  return words[used++];
}

std::string RandomId() {
  const uint64_t first = SystemRandom();
  return HexText(first) + HexText(SystemRandom());
}

}  // namespace lerl
