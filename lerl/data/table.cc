#include "lerl/data/table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/data/encoding.h"

namespace lerl {
namespace {

// A quoted field that goes on for more lines than these did not mean its quote.
constexpr int64_t kMostQuotedLines = 10;

std::string Shown(std::string_view field) { return "'" + Printable(field, 40) + "'"; }

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return Printable(text, 400);
}

const std::filesystem::path& Existing(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path))
    throw Error(ErrorKind::kData, path.string() +
                                      ": the file is missing; put it there (`lerl fetch NAME` says "
                                      "where a known data set comes from)");
  return path;
}

}  // namespace

Table::Table(const std::filesystem::path& path, const TableFormat& format)
    : path_(Existing(path)),
      format_(format),
      file_(path),
      text_(file_.text()),
      columns_(format.columns) {
  if (!format_.encoding.empty()) Decode();
  if (text_.starts_with("\xEF\xBB\xBF")) position_ = 3;
  if (position_ == text_.size())
    throw Error(ErrorKind::kData, path_.string() + ": the file is empty; fetch or copy it again");
  if (!columns_.empty()) return;
  SplitRow();
  for (const std::string_view field : fields_) {
    const std::string_view name = Trimmed(field);
    columns_.push_back(ToUtf8(name.substr(0, name.find(':'))));
  }
}

// Makes text_ UTF-8.
void Table::Decode() {
  const bool guessed = format_.encoding == "auto";
  const std::string encoding = guessed ? GuessEncoding(text_) : format_.encoding;
  if (encoding == "utf-8" && (guessed || IsUtf8(text_))) return;
  if (guessed)
    LogWarning(path_.string() + ": not UTF-8; it is read as " + encoding +
               " (set encoding where that is wrong)");
  decoded_ = lerl::Decode(text_, encoding, path_.string());
  text_ = decoded_;
}

std::optional<size_t> Table::FindColumn(const std::string& name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end()) return std::nullopt;
  return At(found - columns_.begin());
}

size_t Table::Column(const std::string& name) const {
  if (const std::optional<size_t> column = FindColumn(name)) return *column;
  const std::string nearest = NearestName(name, columns_);
  throw Error(ErrorKind::kData, path_.string() + ":1: column '" + name + "' is missing; " +
                                    (nearest.empty() ? "" : "did you mean '" + nearest + "'? ") +
                                    "the file has " + Join(columns_));
}

bool Table::Next() {
  while (position_ < text_.size()) {
    SplitRow();
    if (fields_.size() == 1 && Trimmed(fields_[0]).empty()) {
      ++blank_;
      continue;
    }
    ++records_;
    if (fields_.size() == columns_.size()) return true;
    const std::string counts = std::to_string(fields_.size()) + " fields where " +
                               std::to_string(columns_.size()) + " are expected";
    const std::string place = Place(fields_.size() - 1);
    if (!complete_ && fields_.size() < columns_.size())
      throw Error(ErrorKind::kData, place + ": the file is cut off: its last row has " + counts +
                                        "; fetch or copy it again");
    throw BadRow(place + ": the row has " + counts);
  }
  return false;
}

// Splits the row at position_ into fields_ and moves behind it.
void Table::SplitRow() {
  fields_.clear();
  field_starts_.clear();
  unquoted_.clear();
  row_start_ = position_;
  row_line_ = line_;
  const char first = format_.separator[0];
  const size_t width = format_.separator.size();
  size_t start = position_, i = position_;
  complete_ = false;
  while (true) {
    if (format_.quotes && i == start && i < text_.size() && text_[i] == '"') {
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

// Takes the quoted field whose quote stands at `position`. Returns where the field ends: at a
// separator, a line break or the end of the text. What stands between the closing quote and that
// end belongs to the field.
size_t Table::SplitQuoted(size_t position) {
  std::string value;
  const size_t start = position++;
  bool plain = true;
  size_t close = position;
  // 1. The text between the quotes. It is a view of the file unless a doubled quote stands in it.
  while (close < text_.size() && (text_[close] != '"' || text_.substr(close, 2) == "\"\"")) {
    if (text_[close] == '"') {
      if (plain) value.assign(text_.substr(position, close - position));
      plain = false;
      value += '"';
      close += 2;
      continue;
    }
    if (text_[close] == '\n') ++line_;
    if (line_ - row_line_ > kMostQuotedLines) break;
    if (!plain) value += text_[close];
    ++close;
  }
  if (close == text_.size() || text_[close] != '"') RefuseOpenQuote(start);
  // 2. What follows the closing quote.
  size_t end = std::min(close + 1, text_.size());
  while (end < text_.size() && text_[end] != '\n' &&
         text_.substr(end, format_.separator.size()) != format_.separator) {
    if (text_[end] != '\r') {                         // the quote did not close the field after all
      if (line_ > row_line_) RefuseOpenQuote(start);  // nor did it mean the lines before
      if (plain) value.assign(text_.substr(position, close - position));
      plain = false;
      value += text_[end];
    }
    ++end;
  }
  field_starts_.push_back(start);
  if (plain) {
    fields_.push_back(text_.substr(position, close - position));
  } else {
    fields_.push_back(unquoted_.emplace_back(std::move(value)));
  }
  return end;
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

FileLines Table::lines() const {
  return {.file = path_.filename().string(),
          .lines = line_ - 1,
          .header = format_.columns.empty() ? 1 : 0,
          .blank = blank_,
          .records = records_};
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
  const std::string_view field = Trimmed(fields_[column]);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error == std::errc() && end == field.data() + field.size() && !field.empty()) return value;
  const double real = Real(column);  // "9.0" and "1.6e12" are integers too
  if (real != std::floor(real) || std::abs(real) > 9e18) Fail(column, "an integer is expected");
  return static_cast<int64_t>(real);
}

double Table::Real(size_t column) const {
  const std::string_view field = Trimmed(fields_[column]);
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size() || field.empty() ||
      !std::isfinite(value))
    Fail(column, "a number is expected");
  return value;
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

size_t Table::EstimateRows() const {
  const size_t end = text_.find('\n', position_);
  const size_t width = std::max<size_t>(end == std::string_view::npos ? 1 : end + 1 - position_, 8);
  return text_.size() / width + 1;
}

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
