#pragma once
// Printable: text of others (names, files, answers of servers) as it may stand on a terminal or in
// a message.

#include <cstddef>
#include <string>
#include <string_view>

namespace lerl {

// Whether a byte is a control character of ASCII.
inline bool IsAsciiControl(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F;
}

// Returns the text with each control character written out ("\x1b", "\n", "\0"), so that it moves
// no cursor and ends no line, and each byte that is no UTF-8 read as latin-1. A text of more than
// `most` bytes is cut there and ends in "...".
std::string Printable(std::string_view text, size_t most = 200);

// Returns the text as UTF-8 with a space in the place of each control character: a title or a name
// for people and for prompts.
std::string WithoutControls(std::string_view text);

// A field of CSV (RFC 4180), in quotes where it must be.
std::string CsvField(std::string_view text);

// The text without the characters of `blanks` at its ends.
std::string_view Trimmed(std::string_view text, std::string_view blanks = " ");

// The text with small letters in place of the capital ones of ASCII; the length stays.
std::string SmallLetters(std::string text);

// The length of the UTF-8 sequence that `text` begins with, 1 to 4; 0 if it begins with none.
size_t Utf8Length(std::string_view text);

bool IsUtf8(std::string_view text);

// Returns the text as it is if it is UTF-8. Otherwise reads its bytes as latin-1 and encodes them.
std::string ToUtf8(std::string_view text);

}  // namespace lerl
