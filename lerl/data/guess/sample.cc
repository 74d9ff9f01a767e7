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
#include "lerl/data/line_text.h"
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
    if (!Trimmed(line).empty() && !(lines.empty() && TellsSeparator(line))) lines.push_back(line);
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
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i] == lines[0] && names.size() > 1) continue;  // repeated, in files put together
    for (const std::string_view field : FieldsOf(lines[i], separator)) {
      values |= is_value(field);
      below.insert(field);
    }
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

// Whether all fields of the first line are quoted, and below it what begins with a quote ends so.
bool IsQuoted(const std::vector<std::string_view>& lines, const std::string& separator) {
  const auto starts = [](std::string_view field) { return field.starts_with('"'); };
  const auto whole = [](std::string_view field) {
    return field.size() > 1 && field.ends_with('"');
  };
  for (const std::string_view line : lines) {
    const std::vector<std::string_view> fields = FieldsOf(line, separator);
    if (line.data() == lines[0].data() && !std::ranges::all_of(fields, starts)) return false;
    for (const std::string_view field : fields)
      if (starts(field) && !whole(field)) return false;
  }
  return true;
}

// Refuses lines of ids alone, of which each has another number.
void RefuseListsOfItems(const fs::path& path, const std::vector<std::string_view>& lines) {
  std::set<ptrdiff_t> counts;
  for (const std::string_view line : lines) {
    if (line.find_first_not_of("0123456789 \t") != std::string_view::npos) return;
    counts.insert(std::ranges::count(Trimmed(line), ' '));
  }
  if (counts.size() < 2) return;
  throw Error(ErrorKind::kData,
              path.string() +
                  ": each line looks like a user and the items that the user took, as LightGCN "
                  "writes them; `awk '{for (i = 2; i <= NF; ++i) print $1 \",\" $i}' FILE > "
                  "log.csv` makes a row of each");
}

void RefuseComment(const fs::path& path, const std::vector<std::string_view>& lines,
                   const Splitting& splitting) {
  if (!lines[0].starts_with('#') ||
      FieldsOf(lines[0], splitting.separator).size() == splitting.fields)
    return;
  throw Error(
      ErrorKind::kData,
      path.string() +
          ":1: the line looks like a comment, since it begins with # and has another number "
          "of fields than the others; take it out, as `grep -v '^#' FILE > log.csv` does");
}

void FindForm(FileSample& sample, std::vector<std::string_view> lines) {
  TableFormat& format = sample.format;
  if (IsBlock(lines[0])) {
    format.blocks = "item_id";
    std::erase_if(lines, IsBlock);
    if (lines.empty())
      throw Error(ErrorKind::kData, sample.path.string() + ": there are no rows in its blocks");
  }
  RefuseListsOfItems(sample.path, lines);
  const Splitting splitting = BestSplitting(sample.path, lines);
  RefuseComment(sample.path, lines, splitting);
  format.separator = splitting.separator;
  const auto holds = [&lines](std::string_view text) {
    return std::ranges::any_of(
        lines, [&](std::string_view line) { return line.find(text) != std::string_view::npos; });
  };
  format.quotes =
      holds("\"") && (splitting.separator != "\t" || IsQuoted(lines, splitting.separator));
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
  std::string fault = "no row could be read";
  for (bool any = true; any && sample.rows < kMostRows;) {
    try {
      any = table.Next();
    } catch (const BadRow& row) {
      if (sample.rows == 0 && !fault.starts_with(sample.path.string())) fault = row.what();
      continue;
    }
    if (!any) break;
    for (size_t c = 0; c < sample.columns.size(); ++c)
      sample.columns[c].values.emplace_back(Trimmed(table.Text(c), " \t\r"));
    ++sample.rows;
  }
  for (SampleColumn& column : sample.columns)
    column.distinct = std::set<std::string_view>(column.values.begin(), column.values.end()).size();
  if (sample.rows == 0)
    throw Error(ErrorKind::kData, (fault.starts_with(sample.path.string())
                                       ? fault + "; no other row could be read either"
                                       : sample.path.string() + ": no row could be read") +
                                      "; describe it by hand (docs/datasets.md)");
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
  sample.format.sample =
      sample.format.encoding.starts_with("utf-8") || !sample.format.encoding.starts_with("utf-")
          ? kSampleBytes
          : 0;
  const SourceText source(path, sample.format.encoding, sample.format.sample);
  if (sample.format.encoding != "utf-8") sample.foreign = FirstForeignText(source.text());
  const std::vector<std::string_view> lines = FirstLinesOf(source.text());
  if (lines.empty()) throw Error(ErrorKind::kData, path.string() + ": the file is empty");
  sample.format.json =
      lines[0] == "{" || (lines[0].starts_with('{') && ParseJsonText(lines[0]).is_object());
  if (lines[0].starts_with('[')) sample.format.json = !ParseJsonText(lines[0]).is_object();
  if (!sample.format.json) FindForm(sample, lines);
  ReadSample(sample);
  return sample;
}

FileSample TakeSample(const FileSample& like, const std::vector<std::string>& columns) {
  FileSample sample{.path = like.path,
                    .format = like.format,
                    .header = like.header,
                    .columns = {},
                    .foreign = like.foreign};
  sample.format.columns = columns;
  ReadSample(sample);
  return sample;
}

}  // namespace lerl
