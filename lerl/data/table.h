#pragma once
// Table: the rows of a text file, read in place from a mapped file, or unpacked from gzip.
//
// Rows are delimited fields, or objects of JSON with one on each line, whose keys are the columns.
// Fields may be quoted ("a, ""b"""), also across a few lines. A quote that does not close within
// them makes a wrong row, and the next row is the next line: a lone quote never swallows others.
//
// The rows of a Parquet file are read part by part (data/parquet_rows.h): its columns are those of
// the file, whatever the format says, and its lines are its rows.
//
// Two forms write a row in fewer words. In blocks, a line `ID:` stands over the rows that share the
// id. Where a column lists what was shown, `N1-0 N2-1`, each of these is a row of its own.
//
// A wrong row is reported as BadRow with file, line and column; lines and columns count from 1,
// columns in bytes. ReadRows (bad_rows.h) tolerates such rows up to a share. The reader is our own,
// since no library in Debian lets columns be chosen at run time, is as fast as a mapped file, and
// tells the line and column of a field.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/data/dataset.h"
#include "lerl/data/parquet_rows.h"
#include "lerl/data/source_text.h"

namespace lerl {

// A row that can't be used. Where nobody tolerates it, it is an Error(kData) like any other.
class BadRow : public Error {
 public:
  explicit BadRow(const std::string& message) : Error(ErrorKind::kData, message) {}
};

struct TableFormat {
  std::string separator = ",";       // one or more bytes
  bool quotes = true;                // a field may be quoted
  std::vector<std::string> columns;  // names of the columns of a file without a header line
  // What the file is written in (data/encoding.h), "auto" to guess, with a warning where it is not
  // UTF-8. Empty: fields are the bytes of the file, for loaders that know it.
  std::string encoding{};
  bool json = false;     // objects of JSON, or of Python, with one on each line
  bool escapes = false;  // inside quotes a backslash makes the next character text
  bool rest = false;     // the last column takes the rest of its line, separators included
  std::string blocks{};  // name of a further last column: the id of the row's block
  // A column of what was shown: each part `ITEM-RESPONSE` makes a row, with the further columns
  // NAME.item and NAME.response.
  std::string shown{};
  size_t sample = 0;  // if above 0, only about so many first bytes are read
};

class Table {
 public:
  // Throws Error(kData) if the file is missing or empty.
  explicit Table(const std::filesystem::path& path, const TableFormat& format = {});

  // The index of a column. A header entry "name:type", as RecBole writes it, is found as "name".
  // The columns of JSON are the keys of its first thousand rows, and those of objects in them, as
  // "votes.funny"; a row that lacks one has "" there, as one with null has. Where there is no such
  // column, Column throws Error(kData) naming it, the file and the header.
  std::optional<size_t> FindColumn(const std::string& name) const;
  size_t Column(const std::string& name) const;
  const std::vector<std::string>& columns() const { return columns_; }

  // Moves to the next row that is not blank. Returns false at the end. Throws BadRow when the row's
  // number of fields is wrong, and has then moved past it. Throws Error(kData) when such a row is
  // the last one and cut off.
  bool Next();
  // Goes back to the first row.
  void Rewind();

  // The fields of the current row; valid until Next. All but Text throw BadRow when the field is
  // not of the kind asked for.
  std::string_view Text(size_t column) const { return fields_[column]; }
  int64_t Integer(size_t column) const;
  double Real(size_t column) const;  // finite
  bool Flag(size_t column) const;    // 0 or 1
  // A time in units of `unit_ms`, as milliseconds since 1970; from year 1 to 9999.
  int64_t TimeMs(size_t column, double unit_ms) const;
  [[noreturn]] void Fail(size_t column, const std::string& what) const;

  int64_t line() const { return row_line_; }
  const std::filesystem::path& path() const { return path_; }
  // What was read so far: `records` are the rows that Next moved to or past.
  FileLines lines() const {
    return {.file = path_.filename().string(),
            .lines = line_ - 1,
            .header = header_,
            .blank = blank_,
            .records = records_};
  }
  // A rough number of rows, from the size of the file and of its first line after the header; that
  // of a Parquet file is exact.
  size_t EstimateRows() const {
    if (parquet_) return At(parquet_->rows());
    const size_t end = text_.find('\n', position_);
    const size_t width =
        std::max<size_t>(end == std::string_view::npos ? 1 : end + 1 - position_, 8);
    return text_.size() / width + 1;
  }
  // Which part of the file was read, from 0 to 1.
  double ShareRead() const {
    if (parquet_)
      return parquet_->rows() == 0
                 ? 1
                 : static_cast<double>(line_ - 1) / static_cast<double>(parquet_->rows());
    return static_cast<double>(position_) / static_cast<double>(text_.size());
  }

 private:
  void FindJsonColumns();
  void AddFormColumns();
  bool MoveToRow();
  bool NextItemShown();
  void SplitRow();
  void SplitJson();
  bool NextPart();
  size_t SplitQuoted(size_t quote);
  size_t CloseOfQuote(size_t position);
  [[noreturn]] void RefuseOpenQuote(size_t quote);
  void WarnOfSwallowedRows(size_t quote, std::string_view inner);
  void RefuseRepeatedHeader() const;
  [[noreturn]] void RefuseFields(size_t expected) const;
  std::string Place(size_t column) const;

  const std::filesystem::path path_;
  const TableFormat format_;
  // One of the two.
  std::unique_ptr<ParquetRows> parquet_;
  std::unique_ptr<const SourceText> source_;
  std::string part_;       // of the rows of a Parquet file
  std::string_view text_;  // all of it, or that part
  size_t first_row_ = 0;   // where the rows begin
  size_t position_ = 0;    // of the next row
  int64_t first_line_ = 1, line_ = 1, row_line_ = 0;
  int64_t first_header_ = 0, header_ = 0, blank_ = 0, records_ = 0;
  bool warned_ = false;   // of lines inside a quoted field
  bool complete_ = true;  // the row ended with a line break
  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_;
  std::vector<size_t> field_starts_;  // offsets in the file
  std::deque<std::string> unquoted_;  // fields that are not a part of the text as they are
  size_t row_start_ = 0;
  // The columns of JSON and Parquet that anybody has asked for.
  mutable std::vector<bool> asked_;
  std::string_view block_;
  std::string_view shown_left_;  // what is left of the items that the row lists as shown
  size_t shown_column_ = 0;
};

}  // namespace lerl
