#include "lerl/llm/endpoint/secret.h"

#include <cstdlib>

namespace lerl {
namespace {

constexpr size_t kHexDigits = 4;         // as in \u0073
constexpr size_t kMostBackslashes = 16;  // before a character that was escaped four times over

// Returns the character that the four hexadecimal digits at `at` name, or -1 if there are none.
long HexAt(const std::string& text, size_t at) {
  const std::string digits = text.substr(at, kHexDigits);
  if (digits.size() < kHexDigits ||
      digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    return -1;
  return std::strtol(digits.c_str(), nullptr, 16);
}

// Returns where a spelling of `c` that begins at `at` ends, or npos if there is none.
size_t EndOfSpelling(const std::string& text, size_t at, char c) {
  size_t after = at;
  while (after < text.size() && text[after] == '\\' && after < at + kMostBackslashes) ++after;
  if (after == text.size()) return std::string::npos;
  if (after > at && text[after] == 'u' && HexAt(text, after + 1) == c)
    return after + 1 + kHexDigits;
  if (c == '\\') return after > at ? at + 1 : std::string::npos;
  return text[after] == c ? after + 1 : std::string::npos;
}

}  // namespace

std::string WithoutSecret(const std::string& text, const std::string& secret) {
  if (secret.empty()) return text;
  std::string shown;
  for (size_t begin = 0; begin < text.size();) {
    size_t at = begin;
    for (size_t i = 0; i < secret.size() && at != std::string::npos; ++i)
      at = EndOfSpelling(text, at, secret[i]);
    if (at == std::string::npos) {
      shown += text[begin++];
    } else {
      shown += "***";
      begin = at;
    }
  }
  return shown;
}

}  // namespace lerl
