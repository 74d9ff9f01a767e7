#pragma once
// The columns of a described file (data/sources/csv_config.h), by what they mean.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/data/builder.h"
#include "lerl/data/sources/csv_config.h"
#include "lerl/data/table.h"
#include "lerl/data/time_text.h"

namespace lerl {

std::optional<size_t> OptionalColumn(const Table& table, const std::string& name);
std::vector<size_t> ColumnsOf(const Table& table, const std::vector<std::string>& names);

// An id in one column, or in several that tell it together.
class IdColumns {
 public:
  IdColumns(const Table& table, const std::vector<std::string>& names)
      : columns_(ColumnsOf(table, names)) {}
  // The id of the row; of several columns their texts with "_" between. Valid until the next call.
  // Throws BadRow where there is none.
  std::string_view Read(const Table& table);

 private:
  const std::vector<size_t> columns_;
  std::string joined_;
};

// Times, which must lie within the years that are expected.
class TimeColumn {
 public:
  TimeColumn(const CsvConfig& config, const Table& table);
  // Milliseconds since 1970; without a column, the number of the row.
  int64_t Read(const Table& table, int64_t row) const;

 private:
  std::optional<int64_t> Parsed(std::string_view text) const;
  [[noreturn]] void Refuse(const Table& table, size_t column, std::optional<int64_t> time) const;

  std::optional<size_t> column_;
  TimeFormat format_ = TimeFormat::kSeconds;
  std::vector<std::string> patterns_;  // in place of format_, if there are any
  int64_t first_ms_ = 0, end_ms_ = 0;
};

// The categories of a row's item, in any number of columns.
class CategoryColumns {
 public:
  // `config` must outlive the object.
  CategoryColumns(const CsvConfig& config, const Table& table,
                  const std::vector<std::string>& names)
      : config_(config), columns_(ColumnsOf(table, names)) {}
  // Throws BadRow for a category that is not one of the known ones, if these are given.
  void Check(const Table& table) const;
  void Add(const Table& table, int32_t item, CategoryLists& lists) const;

 private:
  const CsvConfig& config_;
  const std::vector<size_t> columns_;
};

// The price of a row's item.
class PriceColumn {
 public:
  PriceColumn(const Table& table, const std::string& name) : column_(OptionalColumn(table, name)) {}
  // Nothing where there is no such column, or no text in it. Throws BadRow for what is no number
  // above 0.
  std::optional<float> Read(const Table& table) const;

 private:
  const std::optional<size_t> column_;
};

}  // namespace lerl
