#pragma once
// ParquetRows: the rows of a Parquet file as lines, a part of them at a time, so that a file of any
// size takes little memory. The program lerl-parquet (lerl/cli/parquet) beside this one reads them.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/base/child_process.h"

namespace lerl {

// What stands between the fields of a line, and no field holds.
inline constexpr char kParquetSeparator = '\x1F';

// Whether the file is Parquet, by its first bytes.
bool IsParquet(const std::filesystem::path& path);
// The path of lerl-parquet. Throws Error(kData) that names `path` where it is not built.
std::filesystem::path ParquetReader(const std::filesystem::path& path);

class ParquetRows {
 public:
  // Throws Error(kData) where the file is no whole Parquet file, or its reader is not built.
  explicit ParquetRows(const std::filesystem::path& path);

  // The columns, and behind a column of structures the fields of these: "votes", "votes.funny".
  const std::vector<std::string>& columns() const { return columns_; }
  int64_t rows() const { return rows_; }

  // Replaces `lines` by the next lines, and returns whether there were any. The first call reads
  // the first rows, and decides by `asked` which columns there are: lines have the fields of
  // these, in their order: texts as they are but for control characters, which become spaces; ""
  // for missing values and for numbers that are not finite; others as JSON. Throws Error(kData)
  // where the file is damaged.
  bool Next(const std::vector<bool>& asked, std::string& lines);
  // The next call of Next is the first again.
  void Rewind() { started_ = false; }
  // Writes the fields of the first line, "" for columns that were not asked for, and returns where
  // the next line begins.
  size_t Split(std::string_view lines, std::vector<std::string_view>& fields) const;

 private:
  [[noreturn]] void Fail() const;
  void Start(const std::vector<bool>& asked);
  const std::filesystem::path path_, reader_;
  std::vector<std::string> columns_;
  int64_t rows_ = 0;
  bool started_ = false;
  std::vector<size_t> wanted_;  // the columns that lines have
  std::unique_ptr<ChildOutput> output_;
  std::string rest_;  // of a line that has not come to its end
};

}  // namespace lerl
