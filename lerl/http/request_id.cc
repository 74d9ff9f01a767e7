#include "lerl/http/request_id.h"

#include <sys/random.h>

#include <array>
#include <cstdint>

#include "lerl/base/check.h"
#include "lerl/base/hash.h"

namespace lerl {

bool IsRequestId(std::string_view text) {
  constexpr std::string_view kKnown =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of(kKnown) == std::string_view::npos;
}

std::string NewRequestId() {
  constexpr size_t kDraws = 32;  // words that are asked for at once
  thread_local std::array<uint64_t, kDraws> words{};
  thread_local size_t used = kDraws;
  if (used == kDraws) {
    const ssize_t count = ::getrandom(words.data(), sizeof(words), 0);
    LERL_CHECK_EQ(count, static_cast<ssize_t>(sizeof(words)));
    used = 0;
  }
  used += 2;
  return HexText(words[used - 2]) + HexText(words[used - 1]);
}

}  // namespace lerl
