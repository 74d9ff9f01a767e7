#include "lerl/data/bad_rows.h"

namespace lerl {

void BadRows::Add(const BadRow& row) {
  if (max_share_ <= 0)
    throw Error(ErrorKind::kData, std::string(row.what()) +
                                      "; mend the file, or set data.max_bad_share above 0 to "
                                      "drop such rows");
  if (file_count_++ == 0) first_ = row.what();
  ++count_;
}

void BadRows::StartFile() { file_count_ = 0; }

void BadRows::CheckFile(int64_t rows) const {
  if (static_cast<double>(file_count_) <= max_share_ * static_cast<double>(rows)) return;
  throw Error(ErrorKind::kData, first_ + " (the first of " + std::to_string(file_count_) +
                                    " bad rows of " + std::to_string(rows) +
                                    ", more than data.max_bad_share allows)");
}

int64_t ReadRows(Table& table, BadRows& bad, const std::function<void()>& use) {
  int64_t rows = 0;
  bad.StartFile();
  while (true) {
    try {
      if (!table.Next()) break;
      use();
    } catch (const BadRow& row) {
      bad.Add(row);
    }
    ++rows;
  }
  bad.EndFile(table);
  bad.CheckFile(rows);
  return rows;
}

}  // namespace lerl
