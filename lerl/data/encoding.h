#pragma once
// Encoding: the text of a file as UTF-8, whatever it was written in.

#include <string>
#include <string_view>

namespace lerl {

// Guesses by what the bytes are, in this order:
//
//   utf-32le, utf-32be   a byte order mark
//   utf-16le, utf-16be   a byte order mark, or zeros at many second places and at no other
//   utf-8                all of it is valid UTF-8, or nearly: for each byte that is not, at least
//                        five characters of several bytes are
//   gbk                  bytes above 127 come in pairs, as those of Chinese characters do
//   cp1252               anything else: Western European; latin-1 is a part of it
std::string GuessEncoding(std::string_view bytes);

// The text as UTF-8, without a byte order mark. `encoding` is a name that iconv knows. `source`
// stands in the message of Error(kData), which tells the line, and the byte in it, that is not of
// this encoding. Throws Error(kConfig) for an unknown name.
std::string Decode(std::string_view bytes, const std::string& encoding, const std::string& source);

// The first word with a character beyond ASCII, and what stands around it in its line: by it a
// person sees whether the encoding is right. "" where there is none.
std::string FirstForeignText(std::string_view utf8);

}  // namespace lerl
