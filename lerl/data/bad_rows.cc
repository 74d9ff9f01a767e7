#include "lerl/data/bad_rows.h"

#include <cmath>
#include <memory>

#include "lerl/base/progress.h"
#include "lerl/base/stop.h"

namespace lerl {
namespace {

constexpr int64_t kStopRows = 1 << 16, kReportedRows = 1 << 21;
constexpr int64_t kProgressParts = 1000;  // of a file, of which progress tells

void CheckStop(const Table& table) {
  if (StopRequested())
    throw Error(ErrorKind::kNoRun, table.path().string() +
                                       ": the reading was stopped; nothing of it is kept, and its "
                                       "temporary files are gone");
}

}  // namespace

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
  std::unique_ptr<Progress> progress;  // of a file that takes longer than a moment
  while (true) {
    if (rows % kStopRows == 0) CheckStop(table);
    if (rows % kReportedRows == 0 && rows > 0) {
      if (!progress)
        progress = std::make_unique<Progress>("reading " + table.path().filename().string(),
                                              kProgressParts, "parts");
      progress->Advance(std::llround(table.ShareRead() * kProgressParts),
                        std::to_string(rows) + " rows");
    }
    try {
      if (!table.Next()) break;
      use();
    } catch (const BadRow& row) {
      bad.Add(row);
    }
    ++rows;
  }
  if (progress) progress->Advance(kProgressParts);
  bad.EndFile(table);
  bad.CheckFile(rows);
  return rows;
}

}  // namespace lerl
