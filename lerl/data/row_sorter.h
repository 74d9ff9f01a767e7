#pragma once
// RowSorter: the rows of a log by user, then by time, then in the order of their arrival, however
// many there are.
//
// As many rows as fit stay in memory. More go to a file in the order of their arrival; once the
// number of rows of each user is known, one pass over it deals them out to parts, which are files
// of consecutive users with no more rows than fit, and each part is sorted alone. A user with more
// rows than that is a part. The order does not depend on how many fit.
//
// The disk holds each row twice, in 24 bytes, while the parts are dealt out.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/spill_file.h"
#include "lerl/data/growing_column.h"

namespace lerl {

struct LogRow {
  int32_t user = 0, item = 0;
  int64_t time_ms = 0;
  uint32_t responses = 0;
  float value = 0;
};

class RowSorter {
 public:
  explicit RowSorter(const RowMemory& memory) : memory_(memory) {}

  // Tells that about so many rows will have been added in all. Throws Error(kIo) where they don't
  // fit into memory and the disk has too little room for them.
  void Expect(size_t rows);
  // Throws Error(kIo) where the disk is full.
  void Add(const LogRow& row);
  int64_t rows() const { return rows_; }
  bool in_memory() const { return file_ == nullptr; }

  // Calls `use` for each row in order, and has then none left. Row n becomes one of the user
  // new_user[row.user], who has the places [offsets[user], offsets[user + 1]). `what` is shown with
  // the progress of long work.
  void Sort(std::span<const int32_t> new_user, std::span<const int64_t> offsets,
            const std::string& what, const std::function<void(const LogRow&)>& use);

 private:
  struct Part {
    size_t first_user = 0, end_user = 0;
    std::unique_ptr<SpillFile> file;
  };
  std::vector<Part> CutParts(std::span<const int64_t> offsets) const;
  void DealOut(std::span<const int32_t> new_user, std::vector<Part>& parts);

  const RowMemory memory_;
  int64_t rows_ = 0;
  std::vector<LogRow> in_memory_;
  std::unique_ptr<SpillFile> file_;  // all rows, once there are too many
};

}  // namespace lerl
