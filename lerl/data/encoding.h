#pragma once
// Encoding: the text of a file as UTF-8, whatever it was written in.

#include <string>
#include <string_view>

namespace lerl {

// Guesses by what the bytes are, in this order:
//
//   utf-16le, utf-16be   a byte order mark, or zeros at every second place
//   utf-8                all of it is valid UTF-8
//   gbk                  bytes above 127 come in pairs, as those of Chinese characters do
//   cp1252               anything else: Western European; latin-1 is a part of it
std::string GuessEncoding(std::string_view bytes);

// The text as UTF-8, without a byte order mark. `encoding` is a name that iconv knows. `source`
// stands in the message of Error(kData), which tells the line that is not of this encoding. Throws
// Error(kConfig) for an unknown name.
std::string Decode(std::string_view bytes, const std::string& encoding, const std::string& source);

}  // namespace lerl
