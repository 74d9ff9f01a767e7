#include "lerl/data/encoding.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>

#include "lerl/base/error.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

bool IsHigh(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// Whether nearly every second byte from `first` on is zero, as in UTF-16 text of Latin letters.
bool ZerosFrom(size_t first, std::string_view bytes) {
  const std::string_view start = bytes.substr(0, 1'000);
  size_t zeros = 0, places = 0;
  for (size_t i = first; i < start.size(); i += 2, ++places) zeros += start[i] == '\0';
  return places >= 4 && zeros * 10 >= places * 9;
}

// Whether runs of bytes above 127 have an even length nine times of ten.
bool HighBytesInPairs(std::string_view bytes) {
  size_t runs = 0, even = 0;
  for (size_t i = 0; i < bytes.size();) {
    const size_t begin = i;
    while (i < bytes.size() && IsHigh(bytes[i])) ++i;
    if (i == begin) {
      ++i;
      continue;
    }
    ++runs;
    even += (i - begin) % 2 == 0;
  }
  return runs > 0 && even * 10 >= runs * 9;
}

struct CloseConverter {
  void operator()(iconv_t converter) const { iconv_close(converter); }
};
using Converter = std::unique_ptr<std::remove_pointer_t<iconv_t>, CloseConverter>;

Converter MakeConverter(const std::string& encoding) {
  const iconv_t converter = iconv_open("UTF-8", encoding.c_str());
  if (reinterpret_cast<intptr_t>(converter) == -1)
    throw Error(ErrorKind::kConfig, "unknown encoding '" + Printable(encoding) +
                                        "'; auto guesses, and utf-8, cp1252, latin1, utf-16 and "
                                        "gbk are some (`iconv --list` shows all)");
  return Converter(converter);
}

}  // namespace

std::string GuessEncoding(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return "utf-16le";
  if (bytes.starts_with("\xFE\xFF")) return "utf-16be";
  if (ZerosFrom(1, bytes)) return "utf-16le";
  if (ZerosFrom(0, bytes)) return "utf-16be";
  if (IsUtf8(bytes)) return "utf-8";
  return HighBytesInPairs(bytes) ? "gbk" : "cp1252";
}

std::string Decode(std::string_view bytes, const std::string& encoding, const std::string& source) {
  const Converter converter = MakeConverter(encoding);
  std::string text(bytes.size() + bytes.size() / 2 + 64, '\0');
  // iconv only reads its input, though it asks for a pointer that could write.
  char* in = const_cast<char*>(bytes.data());
  size_t in_left = bytes.size(), done = 0;
  while (in_left > 0) {
    char* out = text.data() + done;
    size_t out_left = text.size() - done;
    const size_t result = iconv(converter.get(), &in, &in_left, &out, &out_left);
    done = text.size() - out_left;
    if (result != static_cast<size_t>(-1)) break;
    if (errno == E2BIG) {
      text.resize(text.size() * 2);
      continue;
    }
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(done), '\n');
    std::string message = source + ":" + std::to_string(line + 1) + ": a byte there is not ";
    message += encoding + "; set encoding to what the file is written in, or mend the file";
    throw Error(ErrorKind::kData, message);
  }
  text.resize(done);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

}  // namespace lerl
