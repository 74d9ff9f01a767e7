#include "lerl/data/sources/csv.h"

#include <cmath>
#include <deque>
#include <numeric>
#include <utility>

#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/data/builder.h"
#include "lerl/data/log_rows.h"
#include "lerl/data/prices.h"
#include "lerl/data/sources/csv_columns.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kNegativesSeed = 1;

void ReadInteractions(const CsvConfig& config, Table& table, CsvBehaviours& behaviours,
                      DatasetBuilder& builder, BadRows& bad) {
  IdColumns user(table, config.user), item(table, {config.item});
  const TimeColumn time(config, table);
  const std::optional<size_t> value = OptionalColumn(table, config.value);
  const CategoryColumns categories(config, table, config.categories);
  const PriceColumn price(table, config.price);
  behaviours.FindColumns(table);
  builder.Reserve(At(builder.rows()) + table.EstimateRows());
  ReadRows(table, bad, [&] {
    const std::string_view of_user = user.Read(table), of_item = item.Read(table);
    const double number = value ? table.Real(*value) : 0;
    categories.Check(table);
    price.Read(table);
    const int64_t when = time.Read(table, builder.rows());
    builder.AddRow(of_user, of_item, when, behaviours.Responses(table), static_cast<float>(number));
  });
}

// Features of users or items, with the columns of a file that hold them.
class FeatureColumns {
 public:
  FeatureColumns(const std::vector<std::string>& names, int64_t rows) : features_(names, rows) {}
  void FindColumns(const Table& table, const std::vector<std::string>& names) {
    columns_ = ColumnsOf(table, names);
  }
  void Read(const Table& table, int32_t row) {
    for (size_t f = 0; f < columns_.size(); ++f) features_.Set(f, row, table.Text(columns_[f]));
  }
  void AddTo(std::vector<Feature>& features) {
    for (Feature& feature : features_.Take()) features.push_back(std::move(feature));
  }

 private:
  FeatureTable features_;
  std::vector<size_t> columns_;
};

bool DescribesItemsOrUsers(const CsvConfig& config) {
  return !config.categories.empty() || !config.title.empty() || !config.user_features.empty() ||
         !config.item_features.empty() || !config.price.empty();
}

// A second pass over the interactions reads what they say about users and items.
void ReadCsvDescriptions(const CsvConfig& config, std::deque<Table>& tables,
                         const DatasetBuilder& builder, CategoryLists& lists, Dataset& dataset) {
  FeatureColumns of_users(config.user_features, dataset.num_users());
  FeatureColumns of_items(config.item_features, dataset.num_items());
  PriceRows prices(dataset.num_items(), config.price_of == "last");
  std::vector<bool> seen(dataset.item_ids.size());
  int64_t rows = 0;
  for (Table& table : tables) {
    IdColumns user(table, config.user), item(table, {config.item});
    const std::optional<size_t> title = OptionalColumn(table, config.title);
    const CategoryColumns categories(config, table, config.categories);
    const PriceColumn price(table, config.price);
    const TimeColumn time(config, table);
    of_users.FindColumns(table, config.user_features);
    of_items.FindColumns(table, config.item_features);
    table.Rewind();
    BadRows counted_before(1);
    ReadRows(table, counted_before, [&] {
      const int32_t u = builder.FindUser(user.Read(table)), i = builder.FindItem(item.Read(table));
      if (u < 0 || i < 0) return;
      if (const std::optional<float> asked = price.Read(table))
        prices.Add(i, *asked, time.Read(table, rows++));
      of_users.Read(table, u);
      of_items.Read(table, i);
      if (seen[At(i)]) return;
      seen[At(i)] = true;
      if (title) dataset.item_titles[At(i)] = WithoutControls(table.Text(*title));
      categories.Add(table, i, lists);
    });
  }
  of_users.AddTo(dataset.user_features);
  of_items.AddTo(dataset.item_features);
  if (!config.price.empty()) StorePrices(prices.Take(), tables.back().path().string(), dataset);
}

void NoteMatch(const IdMatch& match, const std::string& file, Dataset& dataset) {
  dataset.notes.push_back(match.Summary(file));
  if (match.repeated() > 0)
    dataset.notes.push_back(std::to_string(match.repeated()) + " rows of " + file +
                            " repeat an id; of their texts and prices the last count");
}

void ReadUsers(const CsvConfig& config, const fs::path& path, IdMatch& match, BadRows& bad,
               Dataset& dataset) {
  Table table(path, FormatOf(config, path, config.users.separator, config.users.columns));
  IdColumns user(
      table, config.users.user.empty() ? config.user : std::vector<std::string>{config.users.user});
  FeatureColumns features(config.users.features, dataset.num_users());
  features.FindColumns(table, config.users.features);
  ReadRows(table, bad, [&] {
    const int32_t index = match.Find(user.Read(table));
    if (index >= 0) features.Read(table, index);
  });
  match.Check(path.string(), config.users.least_match);
  NoteMatch(match, path.filename().string(), dataset);
  AddDropped(dataset, "users of " + path.filename().string() + " without an interaction",
             match.unused());
  features.AddTo(dataset.user_features);
}

// Warns of ids that nobody meant as such.
void WarnOfDoubtfulIds(const std::string& source, Dataset& dataset) {
  std::vector<std::string> sentences = DoubtfulIds(dataset.user_ids, "users");
  for (std::string& sentence : DoubtfulIds(dataset.item_ids, "items"))
    sentences.push_back(std::move(sentence));
  for (std::string& sentence : sentences) {
    LogWarning(source + ": " + sentence + "; mend the file where that is not meant");
    dataset.notes.push_back(std::move(sentence));
  }
}

// Merges events, or tells of rows that are there twice.
void JoinRows(const CsvConfig& config, const std::string& source, const RowMemory& memory,
              Dataset& dataset) {
  if (config.event.empty()) {
    const int64_t repeated = CountRepeatedRows(dataset);
    if (repeated == 0) return;
    dataset.notes.push_back(std::to_string(repeated) + " of " +
                            std::to_string(dataset.num_interactions()) +
                            " rows repeat the user, item and time of another");
    LogWarning(source + ": " + dataset.notes.back() +
               "; for a log of events set event to the column of their kind, which merges them");
    return;
  }
  const int64_t events = MergeEvents(dataset, std::llround(config.event_minutes * 60'000), memory);
  dataset.notes.push_back(std::to_string(events) + " events are " +
                          std::to_string(dataset.num_interactions()) + " interactions");
  for (size_t f = 0; f < dataset.behaviours.size(); ++f) {
    const Column<uint8_t>& shown = dataset.responses[f];
    if (config.negatives > 0 ||
        std::accumulate(shown.begin(), shown.end(), int64_t{0}) < dataset.num_interactions())
      continue;
    throw Error(ErrorKind::kData,
                source + ": behaviour '" + dataset.behaviours[f] + "' is shown in each of the " +
                    std::to_string(dataset.num_interactions()) +
                    " interactions that the events make, so that nothing could be learned from "
                    "it. Leave it out where it means that an item was shown, or set negatives = "
                    "4, which draws items that the user has no row with");
  }
}

void DrawNegatives(const CsvConfig& config, const RowMemory& memory, Dataset& dataset) {
  if (config.negatives == 0) return;
  const int64_t drawn = AddNegatives(dataset, config.negatives, kNegativesSeed, memory);
  dataset.notes.push_back(std::to_string(drawn) + " of " +
                          std::to_string(dataset.num_interactions()) +
                          " rows are drawn (negatives = " + std::to_string(config.negatives) +
                          "): items that the user has no row with, without a response");
}

}  // namespace

void ReadItems(const CsvConfig& config, const fs::path& path, IdMatch& match, CategoryLists& lists,
               BadRows& bad, Dataset& dataset) {
  TableFormat format = FormatOf(config, path, config.items.separator, config.items.columns);
  format.rest = config.items.rest;
  Table table(path, format);
  const size_t item = table.Column(config.items.item.empty() ? config.item : config.items.item);
  const std::optional<size_t> title = OptionalColumn(table, config.items.title);
  const CategoryColumns categories(config, table, config.items.categories);
  FeatureColumns features(config.items.features, dataset.num_items());
  features.FindColumns(table, config.items.features);
  const PriceColumn price(table, config.items.price);
  std::vector<float> prices(dataset.prices.begin(), dataset.prices.end());
  prices.resize(dataset.item_ids.size());
  ReadRows(table, bad, [&] {
    categories.Check(table);
    const std::optional<float> asked = price.Read(table);
    const int32_t index = match.Find(table.Text(item));
    if (index < 0) return;
    if (title) dataset.item_titles[At(index)] = WithoutControls(table.Text(*title));
    categories.Add(table, index, lists);
    features.Read(table, index);
    if (asked) prices[At(index)] = *asked;
  });
  if (!config.items.price.empty()) StorePrices(std::move(prices), path.string(), dataset);
  match.Check(path.string(), config.items.least_match);
  NoteMatch(match, path.filename().string(), dataset);
  AddDropped(dataset, "items of " + path.filename().string() + " without an interaction",
             match.unused());
  features.AddTo(dataset.item_features);
}

std::vector<fs::path> CsvFiles(const fs::path& toml) {
  const CsvDescription description = ReadCsvDescription(toml);
  std::vector<fs::path> files = LogFiles(description);
  files.insert(files.begin(), toml);
  for (const std::string& file : {description.config.items.file, description.config.users.file})
    if (!file.empty()) files.push_back(description.folder / file);
  return files;
}

Dataset LoadCsv(const fs::path& toml, const DataOptions& options) {
  return LoadCsv(ReadCsvDescription(toml), options);
}

Dataset LoadCsv(const CsvDescription& description, const DataOptions& options) {
  const CsvConfig& config = description.config;
  std::vector<std::string> names;
  names.reserve(description.behaviours.size());
  for (const CsvBehaviour& behaviour : description.behaviours) names.push_back(behaviour.name);
  BadRows bad(options.max_bad_share);
  const RowMemory memory = RowMemoryOf(options);
  DatasetBuilder builder(config.name, names, !config.value.empty(), memory);
  CsvBehaviours behaviours(description.behaviours);
  const bool twice = DescribesItemsOrUsers(config);
  std::deque<Table> tables;
  for (const fs::path& path : LogFiles(description)) {
    TableFormat format = FormatOf(config, path, config.separator, config.columns);
    format.blocks = config.blocks;
    format.shown = config.shown;
    if (!twice) tables.clear();
    ReadInteractions(config, tables.emplace_back(path, format), behaviours, builder, bad);
  }
  const std::string source = tables.back().path().string();
  Dataset dataset = builder.Build(source);
  behaviours.Check(source, config.negatives > 0);
  dataset.notes = behaviours.Summaries();
  dataset.suggested_split = config.split;
  if (config.time == "none") dataset.notes.emplace_back(kNoTimes);
  WarnOfDoubtfulIds(source, dataset);
  JoinRows(config, source, memory, dataset);
  DrawNegatives(config, memory, dataset);
  CategoryLists lists(dataset.num_items());
  if (twice) ReadCsvDescriptions(config, tables, builder, lists, dataset);
  tables.clear();
  if (!config.items.file.empty()) {
    IdMatch match(dataset.item_ids);
    ReadItems(config, description.folder / config.items.file, match, lists, bad, dataset);
  }
  if (!config.users.file.empty()) {
    IdMatch match(dataset.user_ids, "users");
    ReadUsers(config, description.folder / config.users.file, match, bad, dataset);
  }
  lists.Store(dataset, config.most_categories);
  ReportRead(bad, dataset);
  return dataset;
}

}  // namespace lerl
