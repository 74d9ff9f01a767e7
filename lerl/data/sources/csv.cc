#include "lerl/data/sources/csv.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "lerl/base/index.h"
#include "lerl/data/builder.h"
#include "lerl/data/table.h"

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

Description ReadDescription(const fs::path& toml) {
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

TableFormat FormatOf(const fs::path& path, const std::string& separator) {
  const fs::path ending = path.extension();
  const bool tabs = ending == ".tsv" || ending == ".tab" || ending == ".inter";
  return {.separator = !separator.empty() ? separator : tabs ? "\t" : ",", .columns = {}};
}

double MillisecondsOf(const std::string& unit) {
  return unit == "s" ? 1000 : unit == "ms" ? 1 : 1e-3;
}

// Reads the categories of one column and checks them against the known ones.
class CategoryColumn {
 public:
  CategoryColumn(const CsvConfig& config, std::optional<size_t> column)
      : config_(config), column_(column) {}

  void Check(const Table& table) const {
    if (!column_ || config_.known_categories.empty()) return;
    CategoryLists parts(1);
    Dataset scratch;
    parts.AddAll(0, table.Text(*column_), config_.category_separator[0]);
    parts.Store(scratch);
    for (const std::string& category : scratch.categories) {
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

// A behaviour with its column found.
struct Condition {
  size_t column;
  double at_least;
  std::string equals;
  bool Holds(const Table& table) const {
    return equals.empty() ? table.Real(column) >= at_least : table.Text(column) == equals;
  }
};

Dataset ReadInteractions(const Description& description, Table& table, DatasetBuilder& builder,
                         BadRows& bad) {
  const CsvConfig& config = description.config;
  const size_t user = table.Column(config.user), item = table.Column(config.item),
               time = table.Column(config.time);
  const std::optional<size_t> value = OptionalColumn(table, config.value);
  const CategoryColumn categories(config, OptionalColumn(table, config.categories));
  std::vector<Condition> conditions;
  for (const CsvBehaviour& behaviour : description.behaviours)
    conditions.push_back({table.Column(behaviour.column), behaviour.at_least, behaviour.equals});
  const double unit_ms = MillisecondsOf(config.time_unit);
  builder.Reserve(table.EstimateRows());
  ReadRows(table, bad, [&] {
    if (table.Text(user).empty()) table.Fail(user, "an id is expected");
    if (table.Text(item).empty()) table.Fail(item, "an id is expected");
    uint32_t responses = 0;
    for (size_t i = 0; i < conditions.size(); ++i)
      responses |= (conditions[i].Holds(table) ? 1U : 0U) << i;
    const double number = value ? table.Real(*value) : 0;
    categories.Check(table);
    builder.AddRow(table.Text(user), table.Text(item), table.TimeMs(time, unit_ms), responses,
                   static_cast<float>(number));
  });
  Dataset dataset = builder.Build(table.path().string());
  dataset.suggested_split = config.split;
  return dataset;
}

// A second pass over the interactions reads what they say about users and items.
void ReadDescriptions(const CsvConfig& config, const fs::path& path, const DatasetBuilder& builder,
                      CategoryLists& lists, Dataset& dataset) {
  if (config.categories.empty() && config.title.empty() && config.user_features.empty()) return;
  Table table(path, FormatOf(path, config.separator));
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
    if (title) dataset.item_titles[At(i)] = ToUtf8(table.Text(*title));
    categories.Add(table, i, lists);
  });
  dataset.user_features = features.Take();
}

}  // namespace

void ReadItems(const CsvConfig& config, const fs::path& path,
               const std::function<int32_t(std::string_view)>& find, CategoryLists& lists,
               BadRows& bad, Dataset& dataset) {
  Table table(path, FormatOf(path, config.items.separator));
  const size_t item = table.Column(config.items.item.empty() ? config.item : config.items.item);
  const std::optional<size_t> title = OptionalColumn(table, config.items.title);
  const CategoryColumn categories(config, OptionalColumn(table, config.items.categories));
  int64_t unused = 0;
  ReadRows(table, bad, [&] {
    categories.Check(table);
    const int32_t index = find(table.Text(item));
    if (index < 0) {
      ++unused;
      return;
    }
    if (title) dataset.item_titles[At(index)] = ToUtf8(table.Text(*title));
    categories.Add(table, index, lists);
  });
  AddDropped(dataset, "items of " + path.filename().string() + " without an interaction", unused);
}

std::vector<fs::path> CsvFiles(const fs::path& toml) {
  const CsvConfig config = ReadDescription(toml).config;
  std::vector<fs::path> files = {toml, toml.parent_path() / config.file};
  if (!config.items.file.empty()) files.push_back(toml.parent_path() / config.items.file);
  return files;
}

Dataset LoadCsv(const fs::path& toml, const DataOptions& options) {
  const Description description = ReadDescription(toml);
  const CsvConfig& config = description.config;
  const fs::path path = toml.parent_path() / config.file;
  std::vector<std::string> behaviours;
  for (const CsvBehaviour& behaviour : description.behaviours) behaviours.push_back(behaviour.name);
  BadRows bad(options.max_bad_share);
  DatasetBuilder builder(config.name, behaviours, !config.value.empty());
  Table table(path, FormatOf(path, config.separator));
  Dataset dataset = ReadInteractions(description, table, builder, bad);
  CategoryLists lists(dataset.num_items());
  ReadDescriptions(config, path, builder, lists, dataset);
  if (!config.items.file.empty())
    ReadItems(
        config, toml.parent_path() / config.items.file,
        [&builder](std::string_view id) { return builder.FindItem(id); }, lists, bad, dataset);
  lists.Store(dataset);
  AddDropped(dataset, "rows with wrong fields", bad.count());
  return dataset;
}

}  // namespace lerl
