#include "lerl/data/info.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

constexpr std::pair<double, const char*> kQuantiles[] = {
    {0, "min"}, {.1, "10%"}, {.25, "25%"}, {.5, "50%"}, {.75, "75%"}, {.9, "90%"}, {1, "max"}};

// "1997-09-20 03:05:10", UTC.
std::string Date(int64_t time_ms) {
  const std::time_t seconds = time_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

// 1436609 -> "1,436,609".
std::string Grouped(int64_t value) {
  std::string text = std::to_string(value);
  for (size_t i = text.size(); i > 3; i -= 3)
    if (text[i - 4] != '-') text.insert(i - 3, ",");
  return text;
}

std::string Percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f%%", 100 * share);
  return text;
}

double Share(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Length on screen of UTF-8 text, one column per code point.
size_t Width(const std::string& text) {
  return At(std::count_if(text.begin(), text.end(),
                          [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string Padded(const std::string& text, size_t width) {
  return text + std::string(width > Width(text) ? width - Width(text) : 0, ' ');
}

std::string Right(const std::string& text, size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

void DescribeUsers(const Dataset& dataset, DatasetInfo& info) {
  std::vector<int64_t> counts;
  for (int64_t user = 0; user < dataset.num_users(); ++user)
    counts.push_back(dataset.RowsEnd(user) - dataset.RowsBegin(user));
  std::sort(counts.begin(), counts.end());
  for (const auto& [share, name] : kQuantiles) {
    const double place = std::ceil(share * static_cast<double>(counts.size())) - 1;
    info.rows_per_user.push_back(
        counts.empty() ? 0 : counts[static_cast<size_t>(std::max(0.0, place))]);
  }
}

void DescribeCategories(const Dataset& dataset, DatasetInfo& info) {
  std::vector<int64_t> item_rows(dataset.item_ids.size(), 0);
  for (const int32_t item : dataset.items) ++item_rows[At(item)];
  for (const std::string& name : dataset.categories) info.category_counts.push_back({name, 0, 0});
  for (int64_t item = 0; item < dataset.num_items(); ++item) {
    if (dataset.CategoriesOf(item).empty()) ++info.items_without_category;
    for (const int32_t category : dataset.CategoriesOf(item)) {
      CategoryInfo& count = info.category_counts[At(category)];
      ++count.items;
      count.rows += item_rows[At(item)];
    }
  }
  std::stable_sort(info.category_counts.begin(), info.category_counts.end(),
                   [](const CategoryInfo& a, const CategoryInfo& b) { return a.items > b.items; });
}

std::optional<PriceInfo> DescribePrices(const Dataset& dataset) {
  if (dataset.prices.empty()) return std::nullopt;
  std::vector<double> known;
  for (const float price : dataset.prices)
    if (price > 0) known.push_back(static_cast<double>(price));
  const auto [lowest, highest] = std::ranges::minmax(known);
  const double sum = std::accumulate(known.begin(), known.end(), 0.0);
  return PriceInfo{.items = std::ssize(known),
                   .lowest = lowest,
                   .mean = sum / static_cast<double>(known.size()),
                   .highest = highest};
}

SplitInfo DescribeSplit(const Dataset& dataset, const SplitConfig& config) {
  SplitInfo info;
  Split split;
  try {
    split = MakeSplit(dataset, config);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kData) throw;
    info.problem = error.what();
    return info;
  }
  info.mode = split.mode;
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    const auto index = At(user);
    info.train_rows += std::ranges::ssize(PastRows(dataset, split, user));
    info.valid_rows += split.valid_end[index] - split.train_end[index];
    info.test_rows += dataset.RowsEnd(user) - split.valid_end[index];
  }
  info.train_users = std::ssize(split.train_users);
  info.valid_users = std::ssize(split.valid_users);
  info.test_users = std::ssize(split.test_users);
  info.sealed_users = std::ssize(split.sealed_users);
  info.playable_users = info.train_users + info.valid_users + info.test_users + info.sealed_users;
  info.unplayed_users = dataset.num_users() - info.playable_users;
  return info;
}

std::string SplitText(const SplitInfo& split, int64_t rows) {
  if (!split.problem.empty()) return "split: none; " + split.problem + "\n";
  std::string text = "split (" + split.mode + ")\n";
  const auto line = [&](const char* name, int64_t count, int64_t users) {
    text += "  " + Padded(name, 12) + Right(Grouped(count), 14) + " rows" +
            Right(Percent(Share(count, rows)), 9) + Right(Grouped(users), 12) + " users\n";
  };
  line("train", split.train_rows, split.train_users);
  line("validation", split.valid_rows, split.valid_users);
  line("test", split.test_rows, split.test_users);
  text += "  " + Padded("sealed", 12) + Right("", 28) + Right(Grouped(split.sealed_users), 12) +
          " users\n";
  text += "  playable users " + Grouped(split.playable_users) + ", not played (too short a past) " +
          Grouped(split.unplayed_users) + "\n";
  return text;
}

nlohmann::json SplitJson(const SplitInfo& split) {
  if (!split.problem.empty()) return {{"problem", split.problem}};
  return {{"mode", split.mode},
          {"train_rows", split.train_rows},
          {"valid_rows", split.valid_rows},
          {"test_rows", split.test_rows},
          {"playable_users", split.playable_users},
          {"unplayed_users", split.unplayed_users},
          {"train_users", split.train_users},
          {"valid_users", split.valid_users},
          {"test_users", split.test_users},
          {"sealed_users", split.sealed_users}};
}

std::string CategoriesText(const DatasetInfo& info, size_t most) {
  const size_t shown =
      most == 0 ? info.category_counts.size() : std::min(most, info.category_counts.size());
  size_t width = 12;
  for (size_t i = 0; i < shown; ++i)
    width = std::max(width, Width(info.category_counts[i].name) + 2);
  std::string text = "categories (" + Grouped(info.categories) + "; " +
                     Grouped(info.items_without_category) + " items have none)\n";
  for (size_t i = 0; i < shown; ++i) {
    const CategoryInfo& category = info.category_counts[i];
    text += "  " + Padded(category.name, width) + Right(Grouped(category.items), 10) + " items" +
            Right(Grouped(category.rows), 14) + " rows\n";
  }
  if (shown < info.category_counts.size())
    text += "  and " + Grouped(static_cast<int64_t>(info.category_counts.size() - shown)) +
            " more (--json has all)\n";
  return text;
}

// What was read, file by file: lines that are no record of their own are named.
std::string FilesText(const DatasetInfo& info) {
  std::string text = info.files.empty() && info.notes.empty() ? "" : "read\n";
  for (const FileLines& file : info.files) {
    const int64_t more = file.lines - file.header - file.blank - file.records;
    text += "  " + file.file + ": " + Grouped(file.lines) + " lines, " + Grouped(file.records) +
            " records";
    if (file.header > 0) text += ", 1 header";
    if (file.blank > 0) text += ", " + Grouped(file.blank) + " blank";
    if (more > 0) text += ", " + Grouped(more) + " inside quoted fields";
    text += "\n";
  }
  for (const std::string& note : info.notes) text += "  " + note + "\n";
  return text;
}

std::string Figure(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

// Whether rows have times of their own, and not only an order.
bool HasTimes(const DatasetInfo& info) {
  return std::ranges::find(info.notes, kNoTimes) == info.notes.end();
}

std::string PricesText(const PriceInfo& prices, int64_t items) {
  std::string text =
      "prices (" + Grouped(prices.items) + " of " + Grouped(items) + " items have one" +
      (prices.items < items ? "; the others count as the mean of their categories" : "") + ")\n";
  return text + "  " + Padded("range", 16) + "min " + Figure(prices.lowest) + "  mean " +
         Figure(prices.mean) + "  max " + Figure(prices.highest) + "\n";
}

std::string MatrixText(const MatrixInfo& matrix) {
  std::string text = "full matrix\n";
  text +=
      "  " + Padded("shape", 16) + Grouped(matrix.rows) + " x " + Grouped(matrix.columns) + "\n";
  text += "  " + Padded("values", 16) + "min " + Figure(matrix.lowest) + "  mean " +
          Figure(matrix.mean) + "  max " + Figure(matrix.highest) + "\n";
  text += "  " + Padded("distances", 16);
  for (size_t i = 0; i < matrix.distances.size(); ++i)
    text +=
        std::string(i == 0 ? "" : "  ") + kQuantiles[i].second + " " + Figure(matrix.distances[i]);
  return text + "  (between columns)\n";
}

}  // namespace

MatrixInfo DescribeMatrix(const UserItemMatrix& matrix) {
  MatrixInfo info{.rows = matrix.rows, .columns = matrix.columns, .distances = {}};
  const auto [lowest, highest] = std::ranges::minmax(matrix.values);
  info.lowest = static_cast<double>(lowest);
  info.highest = static_cast<double>(highest);
  info.mean = std::accumulate(matrix.values.begin(), matrix.values.end(), 0.0) /
              static_cast<double>(matrix.values.size());
  std::vector<double> shares;
  for (const auto& [share, name] : kQuantiles) shares.push_back(share);
  info.distances = Quantiles(ColumnDistances(matrix), shares);
  return info;
}

DatasetInfo Describe(const Dataset& dataset, const SplitConfig& split) {
  DatasetInfo info;
  info.name = dataset.name;
  info.fingerprint = Fingerprint(dataset);
  info.users = dataset.num_users();
  info.items = dataset.num_items();
  info.categories = dataset.num_categories();
  info.rows = dataset.num_interactions();
  if (info.rows > 0) {
    const auto [first, last] =
        std::minmax_element(dataset.times_ms.begin(), dataset.times_ms.end());
    info.first_ms = *first;
    info.last_ms = *last;
    info.sparsity = std::max(
        0.0, 1 - static_cast<double>(info.rows) / static_cast<double>(info.users * info.items));
  }
  for (size_t f = 0; f < dataset.behaviours.size(); ++f) {
    const Column<uint8_t>& column = dataset.responses[f];
    const auto rows = std::accumulate(column.begin(), column.end(), int64_t{0});
    info.behaviours.push_back({dataset.behaviours[f], rows, Share(rows, info.rows)});
  }
  DescribeUsers(dataset, info);
  DescribeCategories(dataset, info);
  for (const Feature& feature : dataset.user_features) info.user_features.push_back(feature.name);
  for (const Feature& feature : dataset.item_features) info.item_features.push_back(feature.name);
  info.prices = DescribePrices(dataset);
  if (!dataset.organic.empty())
    info.organic = Share(std::ranges::count(dataset.organic, uint8_t{1}), info.rows);
  info.split = DescribeSplit(dataset, split);
  info.dropped = dataset.dropped;
  info.files = dataset.files;
  info.notes = dataset.notes;
  return info;
}

nlohmann::json InfoJson(const DatasetInfo& info) {
  using nlohmann::json;
  json root = {{"name", info.name},
               {"fingerprint", info.fingerprint},
               {"users", info.users},
               {"items", info.items},
               {"categories", json::array()},
               {"interactions", info.rows},
               {"items_without_category", info.items_without_category},
               {"first", HasTimes(info) ? json(Date(info.first_ms)) : json()},
               {"last", HasTimes(info) ? json(Date(info.last_ms)) : json()},
               {"sparsity", info.sparsity},
               {"rows_per_user", json::object()},
               {"behaviours", json::array()},
               {"user_features", info.user_features},
               {"item_features", info.item_features},
               {"dropped", json::array()},
               {"files", json::array()},
               {"notes", info.notes}};
  for (size_t i = 0; i < info.rows_per_user.size(); ++i)
    root["rows_per_user"][kQuantiles[i].second] = info.rows_per_user[i];
  for (const BehaviourInfo& behaviour : info.behaviours)
    root["behaviours"].push_back(
        {{"name", behaviour.name}, {"rows", behaviour.rows}, {"rate", behaviour.rate}});
  for (const CategoryInfo& category : info.category_counts)
    root["categories"].push_back(
        {{"name", category.name}, {"items", category.items}, {"interactions", category.rows}});
  for (const Dropped& dropped : info.dropped)
    root["dropped"].push_back({{"reason", dropped.reason}, {"rows", dropped.rows}});
  for (const FileLines& file : info.files)
    root["files"].push_back({{"file", file.file},
                             {"lines", file.lines},
                             {"header", file.header},
                             {"blank", file.blank},
                             {"records", file.records}});
  if (info.organic) root["organic"] = *info.organic;
  if (info.prices)
    root["prices"] = {{"items", info.prices->items},
                      {"lowest", info.prices->lowest},
                      {"mean", info.prices->mean},
                      {"highest", info.prices->highest}};
  if (info.matrix) {
    root["matrix"] = {{"rows", info.matrix->rows},       {"columns", info.matrix->columns},
                      {"lowest", info.matrix->lowest},   {"mean", info.matrix->mean},
                      {"highest", info.matrix->highest}, {"distances", json::object()}};
    for (size_t i = 0; i < info.matrix->distances.size(); ++i)
      root["matrix"]["distances"][kQuantiles[i].second] = info.matrix->distances[i];
  }
  root["split"] = SplitJson(info.split);
  return root;
}

std::string InfoText(const DatasetInfo& info, size_t most_categories) {
  std::string text = info.name + "  (fingerprint " + info.fingerprint + ")\n";
  const auto line = [&text](const char* name, const std::string& value) {
    text += "  " + Padded(name, 16) + value + "\n";
  };
  line("users", Grouped(info.users));
  line("items", Grouped(info.items));
  line("interactions", Grouped(info.rows));
  line("sparsity", Percent(info.sparsity));
  if (HasTimes(info)) {
    line("from", Date(info.first_ms) + " UTC");
    line("to", Date(info.last_ms) + " UTC");
  } else {
    line("from, to", "no times: rows are in the order of the file");
  }
  std::string quantiles;
  for (size_t i = 0; i < info.rows_per_user.size(); ++i)
    quantiles += std::string(i == 0 ? "" : "  ") + kQuantiles[i].second + " " +
                 Grouped(info.rows_per_user[i]);
  line("rows per user", quantiles);
  text += FilesText(info) + "behaviours\n";
  for (const BehaviourInfo& behaviour : info.behaviours)
    text += "  " + Padded(behaviour.name, 14) + Right(Percent(behaviour.rate), 9) +
            Right(Grouped(behaviour.rows), 14) + " rows\n";
  if (info.organic)
    text += "organic " + Percent(*info.organic) + " of the rows; the others were recommended\n";
  if (info.prices) text += PricesText(*info.prices, info.items);
  if (info.matrix) text += MatrixText(*info.matrix);
  text += SplitText(info.split, info.rows) + CategoriesText(info, most_categories);
  if (info.dropped.empty()) return text + "dropped: nothing\n";
  text += "dropped\n";
  for (const Dropped& dropped : info.dropped)
    text += Right(Grouped(dropped.rows), 12) + "  " + dropped.reason + "\n";
  return text;
}

}  // namespace lerl
