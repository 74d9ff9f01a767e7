#include "lerl/data/table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/data/json_text.h"
#include "lerl/data/line_text.h"

namespace lerl {
namespace {

// A quoted field that goes on for more lines than these did not mean its quote.
constexpr int64_t kMostQuotedLines = 10;

std::string Shown(std::string_view field) { return "'" + Printable(field, 40) + "'"; }

// The number that is the whole of a field; nothing where it is none.
template <typename Number>
std::optional<Number> NumberOf(std::string_view field) {
  Number value{};
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (field.empty() || error != std::errc() || end != field.data() + field.size())
    return std::nullopt;
  return value;
}

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return Printable(text, 400);
}

}  // namespace

Table::Table(const std::filesystem::path& path, const TableFormat& format)
    : path_(path), format_(format), columns_(format.columns) {
  if (IsParquet(path)) {
    parquet_ = std::make_unique<ParquetRows>(path);
    columns_ = parquet_->columns();
    asked_.resize(columns_.size());
    AddFormColumns();
    return;
  }
  source_ = std::make_unique<SourceText>(path, format.encoding, format.sample);
  text_ = source_->text();
  if (text_.starts_with("\xEF\xBB\xBF")) position_ = 3;
  if (position_ == text_.size())
    throw Error(ErrorKind::kData, path_.string() + ": the file is empty; fetch or copy it again");
  if (HasLoneReturns(text_))
    throw Error(ErrorKind::kData,
                path_.string() +
                    ":1: its lines end in a carriage return alone, as old Macs wrote them; `tr "
                    "'\\r' '\\n' < FILE > log.csv` makes lines of them");
  if (format_.json) {
    FindJsonColumns();
  } else if (TellsSeparator(text_.substr(position_))) {
    SplitRow();
    header_ = 1;
  }
  if (!format_.json && columns_.empty()) {
    SplitRow();
    ++header_;
    for (const std::string_view field : fields_) {
      const std::string_view name = Trimmed(field);
      columns_.push_back(ToUtf8(name.substr(0, name.find(':'))));
    }
  }
  AddFormColumns();
  first_row_ = position_;
  first_line_ = line_;
  first_header_ = header_;
}

// The columns that no header names.
void Table::AddFormColumns() {
  if (!format_.blocks.empty()) columns_.push_back(format_.blocks);
  if (format_.shown.empty()) return;
  shown_column_ = Column(format_.shown);
  columns_.push_back(format_.shown + ".item");
  columns_.push_back(format_.shown + ".response");
}

void Table::FindJsonColumns() {
  const std::string_view rows = text_.substr(position_);
  if (const std::string fault = FaultOfJsonLines(rows); !fault.empty())
    throw Error(ErrorKind::kData, path_.string() + ":1:1: " + fault);
  columns_ = ColumnsOfJson(rows);
  asked_.resize(columns_.size());
}

void Table::Rewind() {
  if (parquet_) parquet_->Rewind();
  if (parquet_) text_ = {};
  position_ = first_row_;
  line_ = first_line_;
  header_ = first_header_;
  blank_ = records_ = 0;
  shown_left_ = block_ = {};
}

std::optional<size_t> Table::FindColumn(const std::string& name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end()) return std::nullopt;
  const size_t column = At(found - columns_.begin());
  if (column < asked_.size()) asked_[column] = true;
  return column;
}

size_t Table::Column(const std::string& name) const {
  if (const std::optional<size_t> column = FindColumn(name)) {
    const auto again = std::find(columns_.begin() + static_cast<std::ptrdiff_t>(*column) + 1,
                                 columns_.end(), name);
    if (again == columns_.end()) return *column;
    throw Error(ErrorKind::kData, path_.string() + ":1: columns " + std::to_string(*column + 1) +
                                      " and " + std::to_string(again - columns_.begin() + 1) +
                                      " are both called '" + name + "'; rename one of them");
  }
  std::string message = path_.string() + ":1: column '" + name + "' is missing; ";
  if (!format_.quotes && std::ranges::count(columns_, '"' + name + '"') > 0)
    message += "the header is quoted: set quotes = \"double\". ";
  if (const std::string nearest = NearestName(name, columns_); !nearest.empty())
    message.append("did you mean '").append(nearest).append("'? ");
  message += (format_.columns.empty() ? "the file has " : "columns names ") + Join(columns_);
  throw Error(ErrorKind::kData, message);
}

bool Table::Next() {
  if (format_.shown.empty()) return MoveToRow();
  while (!NextItemShown()) {
    if (!MoveToRow()) return false;
    shown_left_ = fields_[shown_column_];
    fields_.resize(columns_.size());
    field_starts_.resize(columns_.size(), field_starts_[shown_column_]);
  }
  return true;
}

// Makes the next of the items that the row lists as shown a row.
bool Table::NextItemShown() {
  shown_left_ = Trimmed(shown_left_, " \t\r");
  if (shown_left_.empty()) return false;
  const std::string_view part = shown_left_.substr(0, shown_left_.find(' '));
  shown_left_.remove_prefix(part.size());
  const size_t dash = part.rfind('-');
  if (dash == std::string_view::npos || dash == 0 || dash + 1 == part.size()) {
    shown_left_ = {};
    throw BadRow(Place(shown_column_) + ": " + Shown(part) +
                 " is no item shown; ITEM-1 or ITEM-0 is expected (sets for tests of others have "
                 "no responses)");
  }
  fields_[columns_.size() - 2] = part.substr(0, dash);
  fields_[columns_.size() - 1] = part.substr(dash + 1);
  return true;
}

// Moves to the next row as it stands in the file.
bool Table::MoveToRow() {
  const size_t expected = columns_.size() - (format_.shown.empty() ? 0 : 2);
  while (position_ < text_.size() || NextPart()) {
    SplitRow();
    if (fields_.size() == 1 && Trimmed(fields_[0]).empty()) {
      ++blank_;
      continue;
    }
    if (!format_.blocks.empty()) {
      if (fields_.size() == 1 && fields_[0].ends_with(':')) {
        block_ = Trimmed(fields_[0].substr(0, fields_[0].size() - 1));
        ++header_;
        continue;
      }
      field_starts_.push_back(row_start_);
      fields_.push_back(block_);
    }
    ++records_;
    if (fields_.size() != expected) RefuseFields(expected);
    if (!format_.json && expected > 1 && fields_[0].starts_with(columns_[0]))
      RefuseRepeatedHeader();
    return true;
  }
  return false;
}

void Table::RefuseRepeatedHeader() const {
  for (size_t i = 0; i < fields_.size(); ++i)
    if (ToUtf8(Trimmed(fields_[i].substr(0, fields_[i].find(':')))) != columns_[i]) return;
  throw BadRow(Place(0) + (format_.columns.empty()
                               ? ": the row repeats the header line; take it out"
                               : ": the row holds the names of columns; take columns out of the "
                                 "description, for the file has a header line"));
}

void Table::RefuseFields(size_t expected) const {
  const std::string counts = std::to_string(fields_.size()) + " fields where " +
                             std::to_string(expected) + " are expected";
  const std::string place = Place(fields_.size() - 1);
  if (!complete_ && fields_.size() < expected && format_.sample == 0)
    throw Error(ErrorKind::kData, place + ": the file is cut off: its last row has " + counts +
                                      "; fetch or copy it again");
  throw BadRow(place + ": the row has " + counts);
}

// Goes on to the next rows of a Parquet file. Returns false at its end, and for other files.
bool Table::NextPart() {
  if (!parquet_ || (format_.sample > 0 && !text_.empty())) return false;
  position_ = 0;
  const bool more = parquet_->Next(asked_, part_);
  text_ = part_;
  return more;
}

// Reads the object of the line at position_ and moves behind it.
void Table::SplitJson() {
  const size_t end = std::min(text_.find('\n', position_), text_.size());
  const std::string_view line = Trimmed(text_.substr(position_, end - position_), " \t\r");
  complete_ = end < text_.size();
  position_ = end + (complete_ ? 1 : 0);
  ++line_;
  field_starts_.assign(columns_.size(), row_start_);
  fields_.assign(line.empty() ? 1 : columns_.size(), {});
  if (line.empty()) return;
  const nlohmann::json row = ParseJsonText(line);
  if (!row.is_object()) {
    ++records_;
    const std::string place = Place(0);
    throw BadRow(place + ": the line is no object of JSON; it begins with " + Shown(line));
  }
  for (size_t column = 0; column < asked_.size(); ++column)
    if (asked_[column])
      fields_[column] = unquoted_.emplace_back(FieldOfJson(row, columns_[column]));
}

// Splits the row at position_ into fields_ and moves behind it.
void Table::SplitRow() {
  fields_.clear();
  field_starts_.clear();
  unquoted_.clear();
  row_start_ = position_;
  row_line_ = line_;
  if (parquet_) {
    position_ += parquet_->Split(text_.substr(position_), fields_);
    field_starts_.assign(fields_.size(), row_start_);
    ++line_;
    return;
  }
  if (format_.json) return SplitJson();
  const size_t width = format_.separator.size();
  // The field with this index goes on to the end of the line.
  const size_t rest = format_.rest ? columns_.size() - (format_.blocks.empty() ? 1 : 2) : SIZE_MAX;
  size_t start = position_, i = position_;
  complete_ = false;
  while (true) {
    const bool last = fields_.size() == rest;
    const char first = last ? '\n' : format_.separator[0];
    if (format_.quotes && !last && i < text_.size() && text_[i] == '"') {
      i = SplitQuoted(i);
    } else {
      while (i < text_.size() && text_[i] != '\n' &&
             !(text_[i] == first && (width == 1 || text_.substr(i, width) == format_.separator)))
        ++i;
      fields_.push_back(text_.substr(start, i - start));
      field_starts_.push_back(start);
    }
    if (i >= text_.size()) break;
    if (text_[i] == '\n') {
      complete_ = true;
      break;
    }
    i += width;
    start = i;
  }
  if (fields_.back().ends_with('\r')) fields_.back().remove_suffix(1);
  position_ = i + (complete_ ? 1 : 0);
  ++line_;
}

// Takes the field whose quote stands at `quote`. Returns where it ends: at a separator, a line
// break or the end of the text. What stands between the closing quote and that end belongs to it.
size_t Table::SplitQuoted(size_t quote) {
  const size_t close = CloseOfQuote(quote + 1);
  if (close == text_.size()) RefuseOpenQuote(quote);
  size_t end = close + 1;
  while (end < text_.size() && text_[end] != '\n' &&
         text_.substr(end, format_.separator.size()) != format_.separator)
    ++end;
  const std::string_view inner = text_.substr(quote + 1, close - quote - 1);
  std::string_view after = text_.substr(close + 1, end - close - 1);
  if (after.ends_with('\r')) after.remove_suffix(1);
  // The quote did not close the field after all, nor did it mean the lines before.
  if (!after.empty() && line_ > row_line_) RefuseOpenQuote(quote);
  if (line_ > row_line_) WarnOfSwallowedRows(quote, inner);
  field_starts_.push_back(quote);
  const bool as_it_is = after.empty() && inner.find('"') == std::string_view::npos &&
                        (!format_.escapes || inner.find('\\') == std::string_view::npos);
  fields_.push_back(as_it_is ? inner
                             : std::string_view(unquoted_.emplace_back(
                                   Unquoted(inner, format_.escapes).append(after))));
  return end;
}

// Warns once where the lines that a field goes on for look like rows.
void Table::WarnOfSwallowedRows(size_t quote, std::string_view inner) {
  const size_t separators = columns_.size() - (format_.blocks.empty() ? 1 : 2);
  const int64_t rows = RowsWithin(inner, format_.separator, separators);
  if (rows == 0 || separators == 0 || warned_ || format_.sample > 0) return;
  warned_ = true;
  LogWarning(path_.string() + ":" + std::to_string(row_line_) + ":" +
             std::to_string(quote - row_start_ + 1) + ": the quoted field that begins here takes " +
             std::to_string(rows) +
             " further lines in, each with as many separators as a row; where quotes are part of "
             "the text, set quotes = \"none\"");
}

// The closing quote of a field whose text begins at `position`; the end of the text where it does
// not close within kMostQuotedLines. Counts the lines before it.
size_t Table::CloseOfQuote(size_t position) {
  for (size_t i = position; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c == '"') {
      if (text_.substr(i + 1, 1) != "\"") return i;
      ++i;
    } else if (c == '\\' && format_.escapes) {
      ++i;
    } else if (c == '\n' && ++line_ - row_line_ > kMostQuotedLines) {
      break;
    }
  }
  return text_.size();
}

// Goes on with the line after the one that the row began in.
void Table::RefuseOpenQuote(size_t quote) {
  field_starts_.push_back(quote);
  const std::string place = Place(field_starts_.size() - 1);
  const size_t end = text_.find('\n', row_start_);
  position_ = end == std::string_view::npos ? text_.size() : end + 1;
  line_ = row_line_ + 1;
  ++records_;
  throw BadRow(place +
               ": the quoted field that begins here does not close before a separator or "
               "the end of one of the next " +
               std::to_string(kMostQuotedLines) +
               " lines; where quotes are part of the text, set quotes = \"none\"");
}

std::string Table::Place(size_t column) const {
  const std::string_view before =
      text_.substr(row_start_, field_starts_[column] - row_start_);  // quoted lines included
  const auto breaks = std::count(before.begin(), before.end(), '\n');
  const size_t last = before.rfind('\n');
  const size_t in_line = last == std::string_view::npos ? before.size() : before.size() - last - 1;
  return path_.string() + ":" + std::to_string(row_line_ + breaks) + ":" +
         std::to_string(in_line + 1);
}

void Table::Fail(size_t column, const std::string& what) const {
  throw BadRow(Place(column) + ": " + columns_[column] + " is " + Shown(fields_[column]) + "; " +
               what);
}

int64_t Table::Integer(size_t column) const {
  if (const auto value = NumberOf<int64_t>(Trimmed(fields_[column]))) return *value;
  const double real = Real(column);  // "9.0" and "1.6e12" are integers too
  if (real != std::floor(real) || std::abs(real) > 9e18) Fail(column, "an integer is expected");
  return static_cast<int64_t>(real);
}

double Table::Real(size_t column) const {
  const auto value = NumberOf<double>(Trimmed(fields_[column]));
  if (!value || !std::isfinite(*value)) Fail(column, "a number is expected");
  return *value;
}

bool Table::Flag(size_t column) const {
  const std::string_view field = fields_[column];
  if (field == "0") return false;
  if (field == "1") return true;
  const double value = Real(column);
  if (value != 0 && value != 1) Fail(column, "0 or 1 is expected");
  return value != 0;
}

int64_t Table::TimeMs(size_t column, double unit_ms) const {
  constexpr double kFirst = -62'135'596'800'000, kLast = 253'402'300'799'999;
  const double milliseconds = Real(column) * unit_ms;
  if (milliseconds < kFirst || milliseconds > kLast)
    Fail(column, "a time before the year 10000 is expected; is the unit right?");
  return std::llround(milliseconds);
}

}  // namespace lerl
