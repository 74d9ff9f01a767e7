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

// Whether many second bytes from `first` on are zero, and hardly any between them, as in UTF-16:
// digits, separators and Latin letters have them.
bool ZerosFrom(size_t first, std::string_view bytes) {
  const std::string_view start = bytes.substr(0, 1'000);
  size_t zeros = 0, others = 0;
  for (size_t i = 0; i < start.size(); ++i)
    if (start[i] == '\0') ++(i % 2 == first ? zeros : others);
  return start.size() >= 8 && others * 20 <= zeros && zeros * 10 >= start.size();
}

// Whether the text is UTF-8 but for some bytes.
bool IsDamagedUtf8(std::string_view text) {
  constexpr size_t kGoodForABad = 5;
  size_t good = 0, bad = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t length = Utf8Length(text.substr(at, 4));
    good += length > 1;
    bad += length == 0;
    at += std::max<size_t>(length, 1);
  }
  return good >= kGoodForABad * bad;
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
  if (bytes.starts_with(std::string_view("\xFF\xFE\0\0", 4))) return "utf-32le";
  if (bytes.starts_with(std::string_view("\0\0\xFE\xFF", 4))) return "utf-32be";
  if (bytes.starts_with("\xFF\xFE")) return "utf-16le";
  if (bytes.starts_with("\xFE\xFF")) return "utf-16be";
  if (ZerosFrom(1, bytes)) return "utf-16le";
  if (ZerosFrom(0, bytes)) return "utf-16be";
  if (IsUtf8(bytes) || IsDamagedUtf8(bytes)) return "utf-8";
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
    const size_t start = done == 0 ? 0 : text.rfind('\n', done - 1) + 1;
    std::string message = source + ":" + std::to_string(line + 1) + ": a byte there is not ";
    message += encoding + ", the one behind the first " + std::to_string(done - start) +
               " of the line; set encoding to what the file is written in, or mend the file";
    if (encoding == "utf-8")
      message += " (`iconv -c -f utf-8 -t utf-8 FILE > log.csv` leaves such bytes out)";
    throw Error(ErrorKind::kData, message);
  }
  text.resize(done);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

std::string FirstForeignText(std::string_view utf8) {
  constexpr size_t kBefore = 10, kShown = 40;
  const auto foreign = std::ranges::find_if(utf8, IsHigh);
  if (foreign == utf8.end()) return "";
  const auto at = static_cast<size_t>(foreign - utf8.begin());
  const size_t line = at == 0 ? 0 : utf8.rfind('\n', at - 1) + 1;
  const std::string_view rest = utf8.substr(at - std::min(at - line, kBefore));
  return Printable(Trimmed(rest.substr(0, rest.find('\n')), " \r"), kShown);
}

}  // namespace lerl
