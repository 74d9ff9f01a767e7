#pragma once
// FileSample: the first rows of a file whose form nobody has described, and what their form is.

#include <filesystem>
#include <string>
#include <vector>

#include "lerl/data/table.h"

namespace lerl {

struct SampleColumn {
  std::string name{};
  std::vector<std::string> values{};  // of each row
  size_t distinct = 0;                // different values, "" among them

  // The share of the values that are not "" for which `holds` is true; 0 where all are "".
  template <typename Predicate>
  double Share(Predicate holds) const {
    size_t filled = 0, held = 0;
    for (const std::string& value : values) {
      if (value.empty()) continue;
      ++filled;
      held += holds(value) ? 1 : 0;
    }
    return filled == 0 ? 0 : static_cast<double>(held) / static_cast<double>(filled);
  }
};

struct FileSample {
  std::filesystem::path path{};
  TableFormat format{};  // with the names of columns only where the file has no header line
  bool header = false;
  std::vector<SampleColumn> columns{};
  size_t rows = 0;
  std::string foreign{};  // a text as it was read, where the bytes are not UTF-8

  const SampleColumn* Find(const std::string& name) const;
};

// Reads the first rows. Columns without a header are called column_1 and so on. Throws Error(kData)
// for a file in which no rows can be made out.
FileSample TakeSample(const std::filesystem::path& path);

// The same under these names of the columns. `like` has the rest of the form.
FileSample TakeSample(const FileSample& like, const std::vector<std::string>& columns);

bool IsNumber(const std::string& text);

}  // namespace lerl
