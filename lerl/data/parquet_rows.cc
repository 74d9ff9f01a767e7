#include "lerl/data/parquet_rows.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <utility>

#include "lerl/base/error.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr size_t kPartBytes = size_t{1} << 20;

}  // namespace

bool IsParquet(const fs::path& path) {
  if (!fs::is_regular_file(path)) return false;
  char start[4] = {};
  std::ifstream(path, std::ios::binary).read(start, sizeof start);
  return std::string_view(start, sizeof start) == "PAR1";
}

fs::path ParquetReader(const fs::path& path) {
  fs::path reader = ProgramBeside("lerl-parquet");
  if (fs::exists(reader)) return reader;
  throw Error(ErrorKind::kData,
              path.string() +
                  ": it is Parquet, whose reader is a program of its own that is not built yet; "
                  "`make parquet` builds it. Or write it as text first, as with Python's pandas: "
                  "pandas.read_parquet(FILE).to_csv(\"log.csv\", index=False)");
}

ParquetRows::ParquetRows(const fs::path& path) : path_(path), reader_(ParquetReader(path)) {
  try {
    std::string text = OutputOf(reader_, {"--columns", path.string()});
    for (size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      columns_.push_back(text.substr(0, end));
      text.erase(0, end + 1);
    }
  } catch (const Error&) {
    Fail();
  }
  if (columns_.empty()) Fail();
  const std::string& rows = columns_.front();
  std::from_chars(rows.data(), rows.data() + rows.size(), rows_);
  columns_.erase(columns_.begin());
}

void ParquetRows::Fail() const {
  throw Error(ErrorKind::kData,
              path_.string() +
                  ": this Parquet file can't be read, for the reason that stands above; write or "
                  "fetch it again");
}

void ParquetRows::Start(const std::vector<bool>& asked) {
  wanted_.clear();
  for (size_t column = 0; column < asked.size(); ++column)
    if (asked[column]) wanted_.push_back(column);
  if (wanted_.empty()) wanted_.push_back(0);
  std::string fields;
  for (const size_t column : wanted_)
    fields += (fields.empty() ? "" : ",") + std::to_string(column);
  rest_.clear();
  started_ = true;
  output_ = std::make_unique<ChildOutput>(
      std::vector<std::string>{reader_.string(), "--fields", fields, path_.string()});
}

bool ParquetRows::Next(const std::vector<bool>& asked, std::string& lines) {
  if (!started_) Start(asked);
  lines = std::exchange(rest_, {});
  try {
    while (output_ != nullptr &&
           (lines.size() < kPartBytes || lines.rfind('\n') == std::string::npos))
      if (!output_->Read(lines)) output_ = nullptr;
  } catch (const Error&) {
    Fail();
  }
  const size_t end = lines.rfind('\n') + 1;  // 0 where there is none
  if (output_ != nullptr) {
    rest_ = lines.substr(end);
    lines.resize(end);
  }
  return !lines.empty();
}

size_t ParquetRows::Split(std::string_view lines, std::vector<std::string_view>& fields) const {
  const size_t end = std::min(lines.find('\n'), lines.size());
  std::string_view line = lines.substr(0, end);
  fields.assign(columns_.size(), {});
  for (const size_t column : wanted_) {
    const size_t length = std::min(line.find(kParquetSeparator), line.size());
    fields[column] = line.substr(0, length);
    line.remove_prefix(std::min(length + 1, line.size()));
  }
  return end + 1;
}

}  // namespace lerl
