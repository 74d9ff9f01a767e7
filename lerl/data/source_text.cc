#include "lerl/data/source_text.h"

#include <zlib.h>

#include <algorithm>

#include "lerl/base/child_process.h"
#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/data/encoding.h"
#include "lerl/data/parquet_rows.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

const fs::path& Existing(const fs::path& path) {
  if (!fs::exists(path))
    throw Error(ErrorKind::kData, path.string() +
                                      ": the file is missing; put it there (`lerl fetch NAME` says "
                                      "where a known data set comes from)");
  if (fs::is_directory(path))
    throw Error(ErrorKind::kData, path.string() + ": a folder; name a file in it");
  return path;
}

struct NoText {
  std::string_view start, what, remedy;
};

constexpr std::string_view kPandas =
    "write it as text first, as with Python's pandas: pandas.read_";
constexpr NoText kNoText[] = {
    {"ARROW1", "Arrow", "feather(FILE).to_csv(\"log.csv\", index=False)"},
    {"FEA1", "Feather", "feather(FILE).to_csv(\"log.csv\", index=False)"},
    {"\x89HDF", "HDF5", "hdf(FILE).to_csv(\"log.csv\", index=False)"},
    {"\x80\x04\x95", "a pickle of Python", "pickle(FILE).to_csv(\"log.csv\", index=False)"},
    {"PK\x03\x04", "a ZIP archive or a spreadsheet", ""},
    {"7z\xBC\xAF", "a 7z archive", ""},
    {"BZh", "packed by bzip2", ""},
    {"\xFD"
     "7zXZ",
     "packed by xz", ""},
    {"\x28\xB5\x2F\xFD", "packed by Zstandard", ""},
    {"SQLite format 3", "an SQLite database", ""},
};

void RefuseWhatIsNoText(const fs::path& path, std::string_view bytes) {
  const auto* const form = std::ranges::find_if(
      kNoText, [bytes](const NoText& known) { return bytes.starts_with(known.start); });
  const bool tar = bytes.size() > 262 && bytes.substr(257, 5) == "ustar";
  if (form == std::end(kNoText) && !tar) return;
  std::string message = path.string() + ": it is ";
  message += tar ? "a tar archive" : form->what;
  message += ", and lerl reads text, also packed by gzip; ";
  if (tar || form->remedy.empty()) {
    message += "unpack it, or export it as CSV, first";
  } else {
    message += kPandas;
    message += form->remedy;
  }
  throw Error(ErrorKind::kData, message);
}

// The first rows of a Parquet file, an object of JSON on each line.
std::string RowsOfParquet(const fs::path& path, size_t most) {
  const fs::path reader = ParquetReader(path);
  try {
    return OutputOf(reader, {path.string()}, most);
  } catch (const Error&) {
    throw Error(ErrorKind::kData,
                path.string() +
                    ": this Parquet file can't be read, for the reason that stands above; write or "
                    "fetch it again");
  }
}

[[noreturn]] void Damaged(const fs::path& path, const std::string& how) {
  throw Error(ErrorKind::kData,
              path.string() + ": the gzip file is " + how + "; fetch or copy it again");
}

// All members of a gzip file, or what comes first of them.
std::string Unpacked(const fs::path& path, std::string_view packed, size_t most) {
  constexpr size_t kStep = size_t{1} << 22, kMostIn = size_t{1} << 30;
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> ended(&stream, inflateEnd);
  std::string text;
  int state = Z_OK;
  while (most == 0 || text.size() < most) {
    if (stream.avail_in == 0) {
      const size_t step = std::min(packed.size(), kMostIn);
      // zlib only reads its input, though it asks for a pointer that could write.
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
      stream.avail_in = static_cast<uInt>(step);
      packed.remove_prefix(step);
    }
    if (stream.avail_in == 0) {
      if (state != Z_STREAM_END) Damaged(path, "cut off");
      break;
    }
    if (state == Z_STREAM_END) {
      if (*stream.next_in != 0x1F) break;  // padding behind the last member
      inflateReset(&stream);
    }
    const size_t done = text.size();
    text.resize(done + kStep);
    stream.next_out = reinterpret_cast<Bytef*>(text.data() + done);
    stream.avail_out = static_cast<uInt>(kStep);
    state = inflate(&stream, Z_NO_FLUSH);
    text.erase(text.end() - stream.avail_out, text.end());
    if (state == Z_BUF_ERROR) state = Z_OK;
    if (state != Z_OK && state != Z_STREAM_END) Damaged(path, "damaged");
  }
  return text;
}

// The whole lines among the first bytes.
std::string_view FirstLines(std::string_view text, size_t most) {
  if (most == 0 || text.size() <= most) return text;
  const size_t end = text.substr(0, most).rfind('\n');
  return text.substr(0, end == std::string_view::npos ? most : end + 1);
}

}  // namespace

SourceText::SourceText(const fs::path& path, const std::string& encoding, size_t most)
    : file_(Existing(path)), text_(file_.text()) {
  if (text_.starts_with("\x1F\x8B")) {
    own_ = Unpacked(path, text_, most);
    text_ = own_;
  }
  if (text_.starts_with("PAR1")) {
    own_ = RowsOfParquet(path, most);
    text_ = own_;
  }
  RefuseWhatIsNoText(path, text_);
  text_ = FirstLines(text_, most);
  if (encoding.empty()) return;
  const bool guessed = encoding == "auto";
  const std::string name = guessed ? GuessEncoding(text_) : encoding;
  if (name == "utf-8" && IsUtf8(text_)) return;
  own_ = Decode(text_, name, path.string());
  text_ = own_;
  if (!guessed) return;
  const std::string foreign = FirstForeignText(text_);
  LogWarning(path.string() + ": not UTF-8; it is read as " + name +
             (foreign.empty() ? " (" : ", and has '" + foreign + "' (") +
             "set encoding where that is wrong)");
}

bool NamesJson(const fs::path& path) {
  static constexpr std::string_view kEndings[] = {".json", ".jsonl", ".ndjson", ".parquet"};
  return std::ranges::find(kEndings, EndingOf(path)) != std::end(kEndings);
}

std::string EndingOf(const fs::path& path) {
  return (path.extension() == ".gz" ? path.stem() : path).extension().string();
}

}  // namespace lerl
