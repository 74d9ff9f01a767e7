#pragma once
// GrowingColumn: a column that is written value by value, in memory while it is short and in a file
// once it is long; and how much memory the rows of a log may take.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "lerl/base/file.h"
#include "lerl/base/spill_file.h"
#include "lerl/data/column.h"

namespace lerl {

struct RowMemory {
  size_t rows = size_t{1} << 24;   // in memory at a time
  std::filesystem::path folder{};  // of the files for more; empty: that of prepared copies

  std::filesystem::path Folder() const { return folder.empty() ? CacheDir() / "prepared" : folder; }
};

template <typename T>
class GrowingColumn {
 public:
  explicit GrowingColumn(const RowMemory& memory) : memory_(memory) {}

  void Push(T value) {
    if (file_ == nullptr && values_.size() >= memory_.rows) Spill();
    if (file_ != nullptr)
      file_->Add(value);
    else
      values_.push_back(value);
  }
  // All values in their order. Nothing is pushed after it.
  Column<T> Take() {
    if (file_ == nullptr) return Column<T>(std::move(values_));
    const std::span<const T> view = file_->template MapAs<T>();
    return Column<T>(std::move(file_), view);
  }

 private:
  void Spill() {
    file_ = std::make_shared<SpillFile>(memory_.Folder());
    file_->Append(std::as_bytes(std::span(values_)));
    values_ = {};
  }
  RowMemory memory_;
  std::vector<T> values_;
  std::shared_ptr<SpillFile> file_;
};

}  // namespace lerl
