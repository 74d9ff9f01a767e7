#include "lerl/data/sources/csv_columns.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "lerl/data/category_text.h"

namespace lerl {

std::optional<size_t> OptionalColumn(const Table& table, const std::string& name) {
  if (name.empty()) return std::nullopt;
  return table.Column(name);
}

std::vector<size_t> ColumnsOf(const Table& table, const std::vector<std::string>& names) {
  std::vector<size_t> columns;
  columns.reserve(names.size());
  for (const std::string& name : names) columns.push_back(table.Column(name));
  return columns;
}

std::string_view IdColumns::Read(const Table& table) {
  if (columns_.size() == 1) {
    if (table.Text(columns_[0]).empty()) table.Fail(columns_[0], "an id is expected");
    return table.Text(columns_[0]);
  }
  joined_.clear();
  for (const size_t column : columns_) {
    if (table.Text(column).empty()) table.Fail(column, "a part of an id is expected");
    if (!joined_.empty()) joined_ += '_';
    joined_ += table.Text(column);
  }
  return joined_;
}

TimeColumn::TimeColumn(const CsvConfig& config, const Table& table)
    : patterns_(config.time_format) {
  if (config.time == "none") return;
  column_ = table.Column(config.time);
  format_ = static_cast<TimeFormat>(std::ranges::find(kTimeFormatNames, config.time_unit) -
                                    kTimeFormatNames);
  first_ms_ = YearMs(static_cast<int>(config.first_year));
  const std::chrono::year_month_day today(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  const auto last = config.last_year == 0 ? static_cast<int>(today.year()) + 1
                                          : static_cast<int>(config.last_year);
  end_ms_ = YearMs(last + 1);
}

std::optional<int64_t> TimeColumn::Parsed(std::string_view text) const {
  if (patterns_.empty()) return ParseTimeMs(text, format_);
  for (const std::string& pattern : patterns_)
    if (const std::optional<int64_t> time = ParseTimeMs(text, pattern)) return time;
  return std::nullopt;
}

int64_t TimeColumn::Read(const Table& table, int64_t row) const {
  if (!column_) return row;
  const std::optional<int64_t> time = Parsed(table.Text(*column_));
  if (!time || *time < first_ms_ || *time >= end_ms_) Refuse(table, *column_, time);
  return *time;
}

void TimeColumn::Refuse(const Table& table, size_t column, std::optional<int64_t> time) const {
  std::string unit = kTimeFormatNames[static_cast<size_t>(format_)];
  if (!patterns_.empty()) {
    unit.clear();
    for (const std::string& pattern : patterns_)
      unit.append(unit.empty() ? "\"" : ", \"").append(pattern) += '"';
  }
  std::string what = time ? "as " + unit + " it is " + DateText(*time) + ", outside " +
                                DateText(first_ms_) + " to " + DateText(end_ms_ - 1)
                          : "it is no time in " + unit;
  const std::string_view text = table.Text(column);
  const std::optional<TimeFormat> fitting = FittingTimeFormat(text, first_ms_, end_ms_);
  const std::optional<int64_t> meant = fitting ? ParseTimeMs(text, *fitting) : std::nullopt;
  if (fitting && meant) {
    what.append("; time_unit = \"").append(kTimeFormatNames[static_cast<size_t>(*fitting)]);
    what.append("\" would make it ").append(DateText(*meant));
  } else if (const std::string pattern = FittingTimePattern(text, first_ms_, end_ms_);
             !pattern.empty()) {
    what.append("; time_format = \"").append(pattern).append("\" would read it");
  } else {
    what += time ? "; set time_unit, or first_year and last_year, if it is right"
                 : "; set time_unit, or time_format to a pattern of strptime";
  }
  table.Fail(column, what);
}

void CategoryColumns::Check(const Table& table) const {
  const std::vector<std::string>& known = config_.known_categories;
  if (known.empty()) return;
  for (const size_t column : columns_)
    for (const std::string& category :
         SplitCategories(table.Text(column), config_.category_separator))
      if (std::ranges::find(known, category) == known.end())
        table.Fail(column, "category '" + category + "' is not in known_categories");
}

void CategoryColumns::Add(const Table& table, int32_t item, CategoryLists& lists) const {
  for (const size_t column : columns_)
    lists.AddAll(item, table.Text(column), config_.category_separator);
}

std::optional<float> PriceColumn::Read(const Table& table) const {
  if (!column_ || table.Text(*column_).find_first_not_of(' ') == std::string_view::npos)
    return std::nullopt;
  const auto price = static_cast<float>(table.Real(*column_));
  if (!(price > 0) || !std::isfinite(price)) table.Fail(*column_, "a price above 0 is expected");
  return price;
}

}  // namespace lerl
