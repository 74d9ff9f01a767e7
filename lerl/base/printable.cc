#include "lerl/base/printable.h"

#include <cstdint>
#include <cstdio>
#include <cstring>

namespace lerl {
namespace {

void AppendLatin1(unsigned char byte, std::string& utf8) {
  if (byte < 0x80) {
    utf8 += static_cast<char>(byte);
  } else {
    utf8 += static_cast<char>(0xC0 | (byte >> 6));
    utf8 += static_cast<char>(0x80 | (byte & 0x3F));
  }
}

// How many bytes from the start are ASCII, eight at a time.
size_t AsciiPrefix(std::string_view text) {
  size_t length = 0;
  for (uint64_t eight; length + 8 <= text.size(); length += 8) {
    std::memcpy(&eight, text.data() + length, 8);
    if ((eight & 0x8080808080808080U) != 0) break;
  }
  return length;
}

// U+0000 to U+001F, U+007F to U+009F.
bool IsControl(std::string_view character) {
  if (character.size() == 1) return IsAsciiControl(character[0]);
  return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
}

std::string WrittenOut(std::string_view control) {
  const auto code = static_cast<unsigned char>(control.back());
  switch (code) {
    case '\0':
      return "\\0";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      char text[8];
      std::snprintf(text, sizeof text, "\\x%02x", code);
      return text;
  }
}

// How long the sequence is that begins with this byte; 0 if none does.
size_t AnnouncedLength(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

// Whether the sequence is neither overlong, nor a surrogate, nor beyond Unicode.
bool SecondByteFits(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second < 0xA0;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second < 0x90;
    default:
      return true;
  }
}

}  // namespace

std::string_view Trimmed(std::string_view text, std::string_view blanks) {
  const size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string SmallLetters(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

size_t Utf8Length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const size_t length = AnnouncedLength(byte(0));
  if (length == 0 || length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  return length == 1 || SecondByteFits(byte(0), byte(1)) ? length : 0;
}

bool IsUtf8(std::string_view text) {
  while (true) {
    text.remove_prefix(AsciiPrefix(text));
    if (text.empty()) return true;
    const size_t length = Utf8Length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
}

std::string ToUtf8(std::string_view text) {
  if (IsUtf8(text)) return std::string(text);
  std::string utf8;
  for (const char c : text) AppendLatin1(static_cast<unsigned char>(c), utf8);
  return utf8;
}

std::string WithoutControls(std::string_view text) {
  const std::string utf8 = ToUtf8(text);
  std::string clean;
  for (size_t at = 0; at < utf8.size();) {
    const std::string_view character(utf8.data() + at,
                                     Utf8Length(std::string_view(utf8).substr(at)));
    if (IsControl(character))
      clean += ' ';
    else
      clean += character;
    at += character.size();
  }
  return clean;
}

std::string Printable(std::string_view text, size_t most) {
  std::string shown;
  size_t at = 0;
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    const size_t length = Utf8Length(rest);
    std::string character(rest.substr(0, length));
    if (length == 0) AppendLatin1(static_cast<unsigned char>(rest[0]), character);
    if (at + (length == 0 ? 1 : length) > most) return shown + "...";
    shown += IsControl(character) ? WrittenOut(character) : character;
    at += length == 0 ? 1 : length;
  }
  return shown;
}

std::string CsvField(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace lerl
