#include "lerl/llm/endpoint/secret.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "lerl/base/printable.h"

namespace lerl {
namespace {

constexpr size_t kNone = std::string::npos;
constexpr size_t kMostBackslashes = 16;  // before a character that was escaped four times over
constexpr int kMostBetween = 8;          // characters that a reader does not see
constexpr size_t kShortestEncoded = 8;   // shorter texts may stand anywhere by accident

// Returns the character that so many hexadecimal digits at `at` name, or -1 if there are none.
long HexAt(std::string_view text, size_t at, size_t digits) {
  const std::string hex(text.substr(std::min(at, text.size()), digits));
  if (hex.size() < digits || hex.find_first_not_of("0123456789abcdefABCDEF") != kNone) return -1;
  return std::strtol(hex.c_str(), nullptr, 16);
}

// Of "%2D", or "%252D" as it was escaped twice over.
size_t EndInUrl(std::string_view text, size_t at, char c) {
  for (size_t hex = at + 1; hex < at + kMostBackslashes; hex += 2) {
    if (HexAt(text, hex, 2) == c) return hex + 2;
    if (HexAt(text, hex, 2) != '%') break;
  }
  return kNone;
}

// Of "&#45;", "&#x2D;" or "&amp;".
size_t EndInHtml(std::string_view text, size_t at, char c) {
  constexpr size_t kLongest = 10;
  struct Entity {
    const char* name;
    char c;
  };
  const std::string name(text.substr(at, std::min(text.substr(at, kLongest).find(';'), kLongest)));
  bool same = false;
  for (const Entity entity : {Entity{"&amp", '&'}, {"&lt", '<'}, {"&gt", '>'}, {"&quot", '"'}})
    same |= name == entity.name && c == entity.c;
  if (name.starts_with("&#x") || name.starts_with("&#X"))
    same = std::strtol(name.c_str() + 3, nullptr, 16) == c;
  else if (name.starts_with("&#"))
    same = std::strtol(name.c_str() + 2, nullptr, 10) == c;
  return same ? at + name.size() + 1 : kNone;
}

// Returns where a spelling of `c` that begins at `at` ends, or kNone if there is none.
size_t EndOfSpelling(std::string_view text, size_t at, char c) {
  size_t after = at;
  while (after < text.size() && text[after] == '\\' && after < at + kMostBackslashes) ++after;
  if (after >= text.size()) return kNone;
  if (after > at && text[after] == 'u' && HexAt(text, after + 1, 4) == c) return after + 5;
  if (after > at && text[after] == 'x' && HexAt(text, after + 1, 2) == c) return after + 3;
  if (c == '\\') return after > at ? at + 1 : kNone;
  size_t end = kNone;
  if (text[after] == '%') end = EndInUrl(text, after, c);
  if (text[after] == '&') end = EndInHtml(text, after, c);
  if (end == kNone && text[after] == c) end = after + 1;
  return end;
}

// Whether a character hides a text from a search and not from a reader: controls, blanks, what has
// no width, and what prompts and Markdown take away.
bool IsNothing(long c) {
  struct Span {
    long first, last;
  };
  constexpr Span kSpans[] = {
      {0, ' '},         {0x7F, 0xA0},     {0xAD, 0xAD},      {0x300, 0x36F},   {0x180E, 0x180E},
      {0x2000, 0x200F}, {0x2028, 0x202F}, {0x205F, 0x206F},  {0xD800, 0xDFFF}, {0xFE00, 0xFE0F},
      {0xFEFF, 0xFEFF}, {0xFFFD, 0xFFFD}, {0xE0000, 0xE0FFF}};
  constexpr std::string_view kMarks = "<>{|}*`_~#%";
  if (c > 0 && c < 0x7F && kMarks.find(static_cast<char>(c)) != kNone) return true;
  return std::ranges::any_of(kSpans, [c](Span s) { return s.first <= c && c <= s.last; });
}

// Returns where such a character at `at` ends, spelled out or escaped as in JSON; `at` itself where
// there is none.
size_t EndOfNothing(std::string_view text, size_t at) {
  if (at >= text.size()) return at;
  size_t after = at;
  while (after < text.size() && text[after] == '\\' && after < at + kMostBackslashes) ++after;
  if (after > at && after < text.size()) {
    if (text[after] == 'u' && IsNothing(HexAt(text, after + 1, 4))) return after + 5;
    if (text[after] == 'x' && IsNothing(HexAt(text, after + 1, 2))) return after + 3;
    return std::string_view("nrtbf").find(text[after]) == kNone ? at : after + 1;
  }
  const size_t length = std::max<size_t>(1, Utf8Length(text.substr(at)));
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  long c = length == 1 ? byte(0) : byte(0) & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) c = c << 6 | (byte(i) & 0x3F);
  return IsNothing(c) ? at + length : at;
}

// Returns where the secret that begins at `at` ends, or kNone if none begins there.
size_t EndOfSecret(std::string_view text, size_t at, std::string_view secret) {
  for (size_t i = 0; i < secret.size(); ++i) {
    size_t end = EndOfSpelling(text, at, secret[i]);
    for (int between = 0; end == kNone && i > 0 && between < kMostBetween; ++between) {
      const size_t next = EndOfNothing(text, at);
      if (next == at) break;
      at = next;
      end = EndOfSpelling(text, at, secret[i]);
    }
    if (end == kNone) return kNone;
    at = end;
  }
  return at;
}

// Cuts the secret out; with `plainly` only where its first character stands as it is.
std::string Cut(const std::string& text, std::string_view secret, bool plainly) {
  std::string shown;
  for (size_t begin = 0; begin < text.size();) {
    const size_t next = plainly ? std::min(text.find(secret[0], begin), text.size()) : begin;
    shown.append(text, begin, next - begin);
    begin = next;
    if (begin == text.size()) break;
    const size_t end = EndOfSecret(text, begin, secret);
    shown += end == kNone ? std::string(1, text[begin]) : "***";
    begin = end == kNone ? begin + 1 : end;
  }
  return shown;
}

// What of the base64 of any text stems from the secret in it alone, where the secret begins
// `offset` bytes behind a whole group of three.
std::string Base64Of(const std::string& secret, size_t offset, const char* last_two) {
  const std::string digits =
      std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") + last_two;
  const std::string bytes = std::string(offset, '\0') + secret;
  std::string encoded;
  uint32_t bits = 0;
  int held = 0;
  for (const char byte : bytes) {
    bits = (bits << 8U | static_cast<unsigned char>(byte)) & 0xFFFFU;
    for (held += 8; held >= 6; held -= 6) encoded += digits[bits >> (held - 6) & 0x3FU];
  }
  return encoded.substr((8 * offset + 5) / 6);
}

std::string HexOf(const std::string& secret, const char* digits) {
  std::string encoded;
  for (const char byte : secret) {
    encoded += digits[static_cast<unsigned char>(byte) >> 4U];
    encoded += digits[static_cast<unsigned char>(byte) & 15U];
  }
  return encoded;
}

}  // namespace

std::string WithoutSecret(const std::string& text, const std::string& secret) {
  if (secret.empty() || text.size() < secret.size()) return text;
  std::string shown = Cut(text, secret, /*plainly=*/false);
  std::vector<std::string> encoded = {HexOf(secret, "0123456789abcdef"),
                                      HexOf(secret, "0123456789ABCDEF")};
  for (size_t offset = 0; offset < 3; ++offset)
    for (const char* last_two : {"+/", "-_"}) encoded.push_back(Base64Of(secret, offset, last_two));
  for (std::string& code : encoded) {
    const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    code.erase(code.begin(), std::ranges::find_if(code, letter));
    if (code.size() >= kShortestEncoded) shown = Cut(shown, code, /*plainly=*/true);
  }
  return shown;
}

}  // namespace lerl
