#pragma once
// Table: rows of a delimited text file, read in place from a mapped file.
//
// Fields may be quoted ("a, ""b"""), also across lines. A wrong row is reported as BadRow with
// file, line and column (both from 1, the column in bytes); ReadRows counts such rows up to a
// share. Own reader rather than a library: none in Debian has columns chosen at run time, keeps up
// with a mapped file and tells line and column of a field.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/file.h"

namespace lerl {

// A row that can't be used; an Error(kData) if nobody tolerates it.
class BadRow : public Error {
 public:
  explicit BadRow(const std::string& message) : Error(ErrorKind::kData, message) {}
};

struct TableFormat {
  std::string separator = ",";       // one or more bytes
  bool quotes = true;                // a field may be quoted
  std::vector<std::string> columns;  // names, where the file has no header line
};

class Table {
 public:
  // Throws Error(kData) if the file is missing or empty.
  explicit Table(const std::filesystem::path& path, const TableFormat& format = {});

  // Index of a column. Header entries "name:type" (RecBole) answer to "name". Column throws
  // Error(kData) naming the column, the file and what the header has.
  std::optional<size_t> FindColumn(const std::string& name) const;
  size_t Column(const std::string& name) const;
  const std::vector<std::string>& columns() const { return columns_; }

  // The next row that is not blank. Throws BadRow when its number of fields is wrong (the row is
  // then consumed), Error(kData) when it is the last row and cut off.
  bool Next();

  // Fields of the current row; valid until Next. The parsing ones throw BadRow.
  std::string_view Text(size_t column) const { return fields_[column]; }
  int64_t Integer(size_t column) const;
  double Real(size_t column) const;  // finite
  bool Flag(size_t column) const;    // 0 or 1
  // Milliseconds since 1970 of a time in units of `unit_ms`, from year 1 to 9999.
  int64_t TimeMs(size_t column, double unit_ms) const;
  [[noreturn]] void Fail(size_t column, const std::string& what) const;

  int64_t line() const { return row_line_; }
  const std::filesystem::path& path() const { return path_; }
  // Rough number of rows, from the file's size and its first line after the header.
  size_t EstimateRows() const;

 private:
  void SplitRow();
  size_t SplitQuoted(size_t position);
  std::string Place(size_t column) const;

  const std::filesystem::path path_;
  const TableFormat format_;
  const MappedFile file_;
  const std::string_view text_;
  size_t position_ = 0;  // of the next row
  int64_t line_ = 1, row_line_ = 0;
  bool complete_ = true;  // the row ended with a line break
  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_;
  std::vector<size_t> field_starts_;  // offsets in the file
  std::deque<std::string> unquoted_;  // fields with doubled quotes
  size_t row_start_ = 0;
};

// Counts bad rows: over all files of a data set, and apart for the file that is read now.
class BadRows {
 public:
  explicit BadRows(double max_share) : max_share_(max_share) {}
  void StartFile();
  void Add(const BadRow& row);  // throws at once where nothing is tolerated
  // Throws Error(kData) naming the file's first bad row if more than the share of its `rows` were
  // bad.
  void CheckFile(int64_t rows) const;
  int64_t count() const { return count_; }

 private:
  const double max_share_;
  int64_t count_ = 0, file_count_ = 0;
  std::string first_;  // of the file
};

// Calls `use` for each row; what it throws as BadRow is counted. Checks the share at the end.
// Returns the number of rows, bad ones included. `use` must read its fields before it keeps any.
int64_t ReadRows(Table& table, BadRows& bad, const std::function<void()>& use);

// The text if it is UTF-8, else its bytes read as latin-1 and encoded in UTF-8.
std::string ToUtf8(std::string_view text);

}  // namespace lerl
