#include "lerl/data/guess/sample.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/data/encoding.h"
#include "lerl/data/id_match.h"
#include "lerl/data/json_text.h"
#include "lerl/data/time_text.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr size_t kSampleBytes = 4'000'000;
constexpr size_t kMostLines = 500, kMostRows = 5'000;

std::vector<std::string_view> FirstLinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < kMostLines) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trimmed(text.substr(0, end), "\r");
    if (!Trimmed(line).empty()) lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// The fields of a line, separators inside double quotes left out of account.
std::vector<std::string_view> FieldsOf(std::string_view line, std::string_view separator) {
  std::vector<std::string_view> fields;
  size_t start = 0;
  bool quoted = false;
  for (size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] == '"' && separator != "\t" && (quoted || i == start))
      quoted = !quoted;
    const bool ends = i == line.size() || (!quoted && line.substr(i).starts_with(separator));
    if (!ends) continue;
    fields.push_back(line.substr(start, i - start));
    if (i == line.size()) break;
    i += separator.size() - 1;
    start = i + 1;
  }
  return fields;
}

struct Splitting {
  std::string separator{};
  double share = 0;          // of the lines that have the commonest number of fields
  size_t fields = 0;         // that number
  size_t fewest = SIZE_MAX;  // in any line
};

Splitting SplittingBy(const std::string& separator, const std::vector<std::string_view>& lines) {
  std::map<size_t, size_t> counts;
  for (const std::string_view line : lines) ++counts[FieldsOf(line, separator).size()];
  const auto commonest = std::ranges::max_element(
      counts, [](const auto& a, const auto& b) { return a.second < b.second; });
  return {separator, static_cast<double>(commonest->second) / static_cast<double>(lines.size()),
          commonest->first, counts.begin()->first};
}

Splitting BestSplitting(const fs::path& path, const std::vector<std::string_view>& lines) {
  Splitting best;
  for (const char* separator : {"\t", "::", ",", ";", "|", " "}) {
    const Splitting splitting = SplittingBy(separator, lines);
    if (splitting.fields < 2) continue;
    if (splitting.separator == " " && (splitting.share < 1 || !best.separator.empty())) continue;
    if (splitting.share > best.share + 0.05 ||
        (splitting.share > best.share - 0.05 && splitting.fields > best.fields))
      best = splitting;
  }
  if (best.separator.empty())
    throw Error(ErrorKind::kData, path.string() +
                                      ": no separator is found that splits its lines into fields; "
                                      "describe it by hand (docs/datasets.md)");
  return best;
}

bool IsTyped(std::string_view name) {
  for (const char* type : {":token", ":float", ":token_seq", ":float_seq"})
    if (name.ends_with(type)) return true;
  return false;
}

std::string Unquoted(std::string_view field) {
  return std::string(field.size() > 1 && field.front() == '"' && field.back() == '"'
                         ? field.substr(1, field.size() - 2)
                         : field);
}

// Names hold neither numbers nor times, and some column below them does; or they are typed; or they
// are all words of which none comes again.
bool HasHeader(const std::vector<std::string_view>& lines, const std::string& separator) {
  const std::vector<std::string_view> names = FieldsOf(lines[0], separator);
  if (std::ranges::any_of(names, IsTyped)) return true;
  const auto is_value = [](std::string_view field) {
    const std::string text = Unquoted(field);
    return IsNumber(text) || ParseTimeMs(text, TimeFormat::kIso) || text.size() > 60;
  };
  if (std::ranges::any_of(names, is_value)) return false;
  bool values = false;
  std::set<std::string_view> below;
  for (size_t i = 1; i < lines.size(); ++i)
    for (const std::string_view field : FieldsOf(lines[i], separator)) {
      values |= is_value(field);
      below.insert(field);
    }
  const auto comes_again = [&](std::string_view name) { return below.contains(name); };
  const auto is_word = [](std::string_view name) {
    return Unquoted(name).find_first_of(" .!?'") == std::string::npos;
  };
  return std::ranges::none_of(names, comes_again) &&
         (values || std::ranges::all_of(names, is_word));
}

bool IsBlock(std::string_view line) {
  return line.size() > 1 && line.ends_with(':') &&
         line.find_first_not_of("0123456789") == line.size() - 1;
}

std::vector<std::string> Numbered(size_t count) {
  std::vector<std::string> names;
  for (size_t i = 1; i <= count; ++i) names.push_back("column_" + std::to_string(i));
  return names;
}

void FindForm(FileSample& sample, std::vector<std::string_view> lines) {
  TableFormat& format = sample.format;
  if (IsBlock(lines[0])) {
    format.blocks = "item_id";
    std::erase_if(lines, IsBlock);
    if (lines.empty())
      throw Error(ErrorKind::kData, sample.path.string() + ": there are no rows in its blocks");
  }
  const Splitting splitting = BestSplitting(sample.path, lines);
  format.separator = splitting.separator;
  const auto holds = [&lines](std::string_view text) {
    return std::ranges::any_of(
        lines, [&](std::string_view line) { return line.find(text) != std::string_view::npos; });
  };
  format.quotes = splitting.separator != "\t" && holds("\"");
  format.escapes = format.quotes && holds("\\\"");
  sample.header = format.blocks.empty() && HasHeader(lines, splitting.separator);
  if (sample.header) return;
  format.rest = splitting.share < 1 && splitting.fewest >= 3 && !format.quotes;
  format.columns = Numbered(format.rest ? splitting.fewest : splitting.fields);
}

void ReadSample(FileSample& sample) {
  Table table(sample.path, sample.format);
  for (const std::string& name : table.columns()) {
    (void)table.FindColumn(name);
    sample.columns.push_back({.name = name});
  }
  while (sample.rows < kMostRows) {
    try {
      if (!table.Next()) break;
    } catch (const BadRow&) {
      continue;
    }
    for (size_t c = 0; c < sample.columns.size(); ++c)
      sample.columns[c].values.emplace_back(Trimmed(table.Text(c), " \t\r"));
    ++sample.rows;
  }
  for (SampleColumn& column : sample.columns)
    column.distinct = std::set<std::string_view>(column.values.begin(), column.values.end()).size();
  if (sample.rows == 0)
    throw Error(ErrorKind::kData, sample.path.string() +
                                      ": no row could be read; describe it by "
                                      "hand (docs/datasets.md)");
}

}  // namespace

bool IsNumber(const std::string& text) { return NumberOfId(text).has_value(); }

const SampleColumn* FileSample::Find(const std::string& name) const {
  const auto found = std::ranges::find(columns, name, &SampleColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

FileSample TakeSample(const fs::path& path) {
  FileSample sample{.path = path};
  const SourceText bytes(path, "", kSampleBytes);
  sample.format.encoding = GuessEncoding(bytes.text());
  // Two bytes of a character must not be cut apart.
  sample.format.sample = sample.format.encoding.starts_with("utf-16") ? 0 : kSampleBytes;
  const SourceText source(path, sample.format.encoding, sample.format.sample);
  const std::vector<std::string_view> lines = FirstLinesOf(source.text());
  if (lines.empty()) throw Error(ErrorKind::kData, path.string() + ": the file is empty");
  sample.format.json = lines[0].starts_with('{') && ParseJsonText(lines[0]).is_object();
  if (lines[0].starts_with('[')) sample.format.json = !ParseJsonText(lines[0]).is_object();
  if (!sample.format.json) FindForm(sample, lines);
  ReadSample(sample);
  return sample;
}

FileSample TakeSample(const FileSample& like, const std::vector<std::string>& columns) {
  FileSample sample{.path = like.path, .format = like.format, .header = like.header};
  sample.format.columns = columns;
  ReadSample(sample);
  return sample;
}

}  // namespace lerl
