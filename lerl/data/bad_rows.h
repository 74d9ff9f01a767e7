#pragma once
// BadRows: the rows of a data set that can't be used, tolerated up to a share of them.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/table.h"

namespace lerl {

// Counts bad rows, over all files of a data set and separately for the present file.
class BadRows {
 public:
  explicit BadRows(double max_share) : max_share_(max_share) {}
  void StartFile();
  void EndFile(const Table& table) { files_.push_back(table.lines()); }
  void Add(const BadRow& row);  // throws the row where none is tolerated
  // Throws Error(kData) naming the first bad row of the file if more than max_share of its `rows`
  // were bad.
  void CheckFile(int64_t rows) const;
  int64_t count() const { return count_; }
  const std::vector<FileLines>& files() const { return files_; }  // those read, in order

 private:
  const double max_share_;
  std::vector<FileLines> files_;
  int64_t count_ = 0, file_count_ = 0;
  std::string first_;  // of the file
};

// Calls `use` for each row, counts the rows for which it throws BadRow, and checks their share at
// the end. Returns the number of rows, bad ones included. `use` must read all its fields before it
// keeps any, so that a bad row leaves nothing behind.
int64_t ReadRows(Table& table, BadRows& bad, const std::function<void()>& use);

}  // namespace lerl
