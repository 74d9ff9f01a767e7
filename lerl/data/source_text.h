#pragma once
// SourceText: the text of a file, unpacked where it is gzip, and as UTF-8.

#include <filesystem>
#include <string>
#include <string_view>

#include "lerl/base/file.h"

namespace lerl {

class SourceText {
 public:
  // `encoding` is that of data/encoding.h, "auto" to guess, with a warning where it is not UTF-8,
  // or empty: the bytes as they are, for loaders that know them. With `most` above 0, only the
  // whole lines among about so many first bytes. The rows of a Parquet file become objects of JSON,
  // by the program lerl-parquet (lerl/cli/parquet); all of a long one are better read part by part
  // (data/parquet_rows.h). Throws Error(kData) where the file is missing
  // or damaged, and for formats that hold no text (archives), with what makes text of them.
  SourceText(const std::filesystem::path& path, const std::string& encoding, size_t most = 0);

  // Without the Ctrl-Z by which DOS ended files.
  std::string_view text() const {
    return text_.ends_with('\x1A') ? text_.substr(0, text_.size() - 1) : text_;
  }

 private:
  const MappedFile file_;
  std::string own_;        // the text, where it is not the bytes of the file
  std::string_view text_;  // of the file or own_
};

// Whether the name of a file says that each of its lines is an object of JSON.
bool NamesJson(const std::filesystem::path& path);

// The ending of a file's name without that of gzip: ".tsv" for "log.tsv.gz".
std::string EndingOf(const std::filesystem::path& path);

}  // namespace lerl
