#include "lerl/data/sources/csv.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/data/builder.h"
#include "lerl/data/category_text.h"
#include "lerl/data/sources/csv_behaviour.h"
#include "lerl/data/table.h"
#include "lerl/data/time_text.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

struct Description {
  CsvConfig config;
  std::vector<CsvBehaviour> behaviours;
};

[[noreturn]] void Fail(const fs::path& toml, const std::string& what) {
  throw Error(ErrorKind::kConfig, toml.string() + ": " + what);
}

Description ReadCsvDescription(const fs::path& toml) {
  const ConfigSource source = ConfigSource::FromFile(toml);
  Description description;
  source.Without({"behaviour"}).Read(description.config);
  for (const ConfigSource& table : source.Tables("behaviour"))
    table.Read(description.behaviours.emplace_back());
  CsvConfig& config = description.config;
  if (config.name.empty()) config.name = toml.stem().string();
  if (config.file.empty()) Fail(toml, "file is missing; write file = \"NAME.csv\"");
  if (config.category_separator.size() != 1)
    Fail(toml, "category_separator must be one character, like \"|\"");
  if (description.behaviours.empty() || description.behaviours.size() > 32)
    Fail(toml,
         "1 to 32 behaviours are needed; write [[behaviour]] with name = \"like\", column = "
         "\"rating\", at_least = 4");
  for (const CsvBehaviour& behaviour : description.behaviours) {
    if (behaviour.name.empty() || behaviour.column.empty())
      Fail(toml, "a [[behaviour]] needs a name and a column");
    if (std::isnan(behaviour.at_least) == behaviour.equals.empty())
      Fail(toml, "behaviour '" + behaviour.name + "' needs either at_least = 4 or equals = \"1\"");
  }
  return description;
}

TableFormat FormatOf(const CsvConfig& config, const fs::path& path, const std::string& separator) {
  const fs::path ending = path.extension();
  const bool tabs = ending == ".tsv" || ending == ".tab" || ending == ".inter";
  TableFormat format{.separator = !separator.empty() ? separator
                                  : tabs             ? "\t"
                                                     : ",",
                     .columns = {},
                     .encoding = config.encoding};
  format.quotes =
      config.quotes == "double" || (config.quotes == "auto" && format.separator != "\t");
  return format;
}

// Reads the column of times, and checks that they lie within the years that are expected.
class TimeColumn {
 public:
  TimeColumn(const CsvConfig& config, const Table& table) {
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

  // Without a column, the number of the row.
  int64_t Read(const Table& table, int64_t row) const {
    if (!column_) return row;
    const std::optional<int64_t> time = ParseTimeMs(table.Text(*column_), format_);
    if (!time || *time < first_ms_ || *time >= end_ms_) Refuse(table, time);
    return *time;
  }

 private:
  [[noreturn]] void Refuse(const Table& table, std::optional<int64_t> time) const {
    const std::string unit = kTimeFormatNames[static_cast<size_t>(format_)];
    std::string what = time ? "as " + unit + " it is " + DateText(*time) + ", outside " +
                                  DateText(first_ms_) + " to " + DateText(end_ms_ - 1)
                            : "it is no time in " + unit;
    const std::optional<TimeFormat> fitting =
        FittingTimeFormat(table.Text(*column_), first_ms_, end_ms_);
    if (fitting)
      what += std::string("; time_unit = \"") + kTimeFormatNames[static_cast<size_t>(*fitting)] +
              "\" would make it " + DateText(*ParseTimeMs(table.Text(*column_), *fitting));
    else
      what += "; set time_unit, or first_year and last_year, if it is right";
    table.Fail(*column_, what);
  }

  std::optional<size_t> column_;
  TimeFormat format_ = TimeFormat::kSeconds;
  int64_t first_ms_ = 0, end_ms_ = 0;
};

// Reads the categories of one column and checks them against the known ones.
class CategoryColumn {
 public:
  CategoryColumn(const CsvConfig& config, std::optional<size_t> column)
      : config_(config), column_(column) {}

  void Check(const Table& table) const {
    if (!column_ || config_.known_categories.empty()) return;
    for (const std::string& category :
         SplitCategories(table.Text(*column_), config_.category_separator[0])) {
      const auto& known = config_.known_categories;
      if (std::find(known.begin(), known.end(), category) == known.end())
        table.Fail(*column_, "category '" + category + "' is not in known_categories");
    }
  }
  void Add(const Table& table, int32_t item, CategoryLists& lists) const {
    if (column_) lists.AddAll(item, table.Text(*column_), config_.category_separator[0]);
  }

 private:
  const CsvConfig& config_;
  const std::optional<size_t> column_;
};

std::optional<size_t> OptionalColumn(const Table& table, const std::string& name) {
  if (name.empty()) return std::nullopt;
  return table.Column(name);
}

Dataset ReadInteractions(const Description& description, Table& table, DatasetBuilder& builder,
                         BadRows& bad) {
  const CsvConfig& config = description.config;
  const size_t user = table.Column(config.user), item = table.Column(config.item);
  const TimeColumn time(config, table);
  const std::optional<size_t> value = OptionalColumn(table, config.value);
  const CategoryColumn categories(config, OptionalColumn(table, config.categories));
  CsvBehaviours behaviours(description.behaviours, table);
  builder.Reserve(table.EstimateRows());
  ReadRows(table, bad, [&] {
    if (table.Text(user).empty()) table.Fail(user, "an id is expected");
    if (table.Text(item).empty()) table.Fail(item, "an id is expected");
    const double number = value ? table.Real(*value) : 0;
    categories.Check(table);
    const int64_t when = time.Read(table, builder.rows());
    builder.AddRow(table.Text(user), table.Text(item), when, behaviours.Responses(table),
                   static_cast<float>(number));
  });
  Dataset dataset = builder.Build(table.path().string());
  behaviours.Check(table.path().string());
  dataset.notes = behaviours.Summaries();
  dataset.suggested_split = config.split;
  return dataset;
}

// A second pass over the interactions reads what they say about users and items.
void ReadCsvDescriptions(const CsvConfig& config, const fs::path& path,
                         const DatasetBuilder& builder, CategoryLists& lists, Dataset& dataset) {
  if (config.categories.empty() && config.title.empty() && config.user_features.empty()) return;
  Table table(path, FormatOf(config, path, config.separator));
  const size_t user = table.Column(config.user), item = table.Column(config.item);
  const std::optional<size_t> title = OptionalColumn(table, config.title);
  const CategoryColumn categories(config, OptionalColumn(table, config.categories));
  std::vector<size_t> columns;
  for (const std::string& name : config.user_features) columns.push_back(table.Column(name));
  FeatureTable features(config.user_features, dataset.num_users());
  std::vector<bool> seen(dataset.item_ids.size());
  BadRows counted_before(1);
  ReadRows(table, counted_before, [&] {
    const int32_t u = builder.FindUser(table.Text(user)), i = builder.FindItem(table.Text(item));
    if (u < 0 || i < 0) return;
    for (size_t f = 0; f < columns.size(); ++f) features.Set(f, u, table.Text(columns[f]));
    if (seen[At(i)]) return;
    seen[At(i)] = true;
    if (title) dataset.item_titles[At(i)] = WithoutControls(table.Text(*title));
    categories.Add(table, i, lists);
  });
  dataset.user_features = features.Take();
}

}  // namespace

void ReadItems(const CsvConfig& config, const fs::path& path, IdMatch& match, CategoryLists& lists,
               BadRows& bad, Dataset& dataset) {
  Table table(path, FormatOf(config, path, config.items.separator));
  const size_t item = table.Column(config.items.item.empty() ? config.item : config.items.item);
  const std::optional<size_t> title = OptionalColumn(table, config.items.title);
  const CategoryColumn categories(config, OptionalColumn(table, config.items.categories));
  ReadRows(table, bad, [&] {
    categories.Check(table);
    const int32_t index = match.Find(table.Text(item));
    if (index < 0) return;
    if (title) dataset.item_titles[At(index)] = WithoutControls(table.Text(*title));
    categories.Add(table, index, lists);
  });
  match.Check(path.string(), config.items.least_match);
  dataset.notes.push_back(match.Summary(path.filename().string()));
  AddDropped(dataset, "items of " + path.filename().string() + " without an interaction",
             match.unused());
}

std::vector<fs::path> CsvFiles(const fs::path& toml) {
  const CsvConfig config = ReadCsvDescription(toml).config;
  std::vector<fs::path> files = {toml, toml.parent_path() / config.file};
  if (!config.items.file.empty()) files.push_back(toml.parent_path() / config.items.file);
  return files;
}

Dataset LoadCsv(const fs::path& toml, const DataOptions& options) {
  const Description description = ReadCsvDescription(toml);
  const CsvConfig& config = description.config;
  const fs::path path = toml.parent_path() / config.file;
  std::vector<std::string> behaviours;
  for (const CsvBehaviour& behaviour : description.behaviours) behaviours.push_back(behaviour.name);
  BadRows bad(options.max_bad_share);
  DatasetBuilder builder(config.name, behaviours, !config.value.empty());
  Table table(path, FormatOf(config, path, config.separator));
  Dataset dataset = ReadInteractions(description, table, builder, bad);
  CategoryLists lists(dataset.num_items());
  ReadCsvDescriptions(config, path, builder, lists, dataset);
  if (!config.items.file.empty()) {
    IdMatch match(dataset.item_ids);
    ReadItems(config, toml.parent_path() / config.items.file, match, lists, bad, dataset);
  }
  lists.Store(dataset);
  ReportRead(bad, dataset);
  return dataset;
}

}  // namespace lerl
