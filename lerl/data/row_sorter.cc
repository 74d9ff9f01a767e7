#include "lerl/data/row_sorter.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/progress.h"
#include "lerl/base/stop.h"

namespace lerl {
namespace {

constexpr size_t kMostParts = 100;  // about; each has a file open
constexpr int64_t kProgressRows = 1 << 20;

// The rows of consecutive users in their order: `rows` has those of the places
// [offsets[first], offsets[end]).
void SortPart(std::span<const LogRow> rows, size_t first, size_t end,
              std::span<const int64_t> offsets, const std::function<void(const LogRow&)>& use) {
  const int64_t begin = offsets[first];
  std::vector<int64_t> next(offsets.begin() + static_cast<std::ptrdiff_t>(first),
                            offsets.begin() + static_cast<std::ptrdiff_t>(end));
  std::vector<uint32_t> order(rows.size());
  for (size_t row = 0; row < rows.size(); ++row)
    order[At(next[At(rows[row].user) - first]++ - begin)] = static_cast<uint32_t>(row);
  const auto earlier = [&rows](uint32_t a, uint32_t b) {
    return rows[a].time_ms < rows[b].time_ms;
  };
  for (size_t user = first; user < end; ++user) {
    const auto from = order.begin() + (offsets[user] - begin);
    const auto to = order.begin() + (offsets[user + 1] - begin);
    if (!std::is_sorted(from, to, earlier)) std::stable_sort(from, to, earlier);
  }
  for (const uint32_t row : order) use(rows[row]);
}

void CheckStop(const std::string& what) {
  if (StopRequested())
    throw Error(ErrorKind::kNoRun, what +
                                       ": stopped; nothing of it is kept, and its temporary "
                                       "files are gone");
}

}  // namespace

void RowSorter::Expect(size_t rows) {
  in_memory_.reserve(std::min(rows, memory_.rows));
  if (rows > memory_.rows)
    RequireSpace(
        memory_.Folder(), uint64_t{2} * rows * sizeof(LogRow),
        "some " + std::to_string(rows / 1'000'000) + " million rows that are sorted there");
}

void RowSorter::Add(const LogRow& row) {
  ++rows_;
  if (in_memory_.size() >= memory_.rows) {
    if (file_ == nullptr) file_ = std::make_unique<SpillFile>(memory_.Folder());
    file_->Append(std::as_bytes(std::span(in_memory_)));
    in_memory_.clear();
  }
  in_memory_.push_back(row);
}

std::vector<RowSorter::Part> RowSorter::CutParts(std::span<const int64_t> offsets) const {
  const size_t users = offsets.size() - 1;
  const auto most = static_cast<int64_t>(std::max(memory_.rows, At(rows_) / kMostParts));
  std::vector<Part> parts;
  for (size_t first = 0, end = 0; first < users; first = end) {
    for (end = first + 1; end < users && offsets[end + 1] - offsets[first] <= most;) ++end;
    parts.push_back({first, end, std::make_unique<SpillFile>(memory_.Folder())});
  }
  return parts;
}

// Writes every row to the file of its part, with its new user.
void RowSorter::DealOut(std::span<const int32_t> new_user, std::vector<Part>& parts) {
  std::vector<SpillFile*> file_of(new_user.size());
  for (const Part& part : parts)
    std::fill(file_of.begin() + static_cast<std::ptrdiff_t>(part.first_user),
              file_of.begin() + static_cast<std::ptrdiff_t>(part.end_user), part.file.get());
  int64_t dealt = 0;
  for (LogRow row : file_->MapAs<LogRow>()) {
    row.user = new_user[At(row.user)];
    file_of[At(row.user)]->Add(row);
    if (++dealt % kProgressRows != 0) continue;
    CheckStop("the sorting of the rows");
    file_->Forget(At(dealt) * sizeof(LogRow));
  }
  file_ = nullptr;
}

void RowSorter::Sort(std::span<const int32_t> new_user, std::span<const int64_t> offsets,
                     const std::string& what, const std::function<void(const LogRow&)>& use) {
  if (in_memory()) {
    for (LogRow& row : in_memory_) row.user = new_user[At(row.user)];
    SortPart(in_memory_, 0, new_user.size(), offsets, use);
    in_memory_ = {};
    return;
  }
  file_->Append(std::as_bytes(std::span(in_memory_)));
  in_memory_ = {};
  Progress progress(what, 2 * rows_, "rows");
  const auto show = [&](int64_t done, const char* note) {
    if (rows_ >= kProgressRows) progress.Advance(done, note);
  };
  show(0, "dealt out to files");
  std::vector<Part> parts = CutParts(offsets);
  DealOut(new_user, parts);
  for (Part& part : parts) {
    CheckStop("the sorting of the rows");
    show(rows_ + offsets[part.first_user], "sorted");
    SortPart(part.file->MapAs<LogRow>(), part.first_user, part.end_user, offsets, use);
    part.file = nullptr;
  }
  show(2 * rows_, "sorted");
}

}  // namespace lerl
