#include "lerl/data/sources/kuairec.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/data/builder.h"
#include "lerl/data/sources/kuairand.h"
#include "lerl/data/table.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

// Adds the rows of a matrix file to the builder. Returns the number of rows without a timestamp.
int64_t ReadBigMatrix(const fs::path& path, const DataOptions& options, DatasetBuilder& builder,
                      BadRows& bad) {
  Table table(path);
  const size_t user = table.Column("user_id"), item = table.Column("video_id"),
               time = table.Column("timestamp"), ratio = table.Column("watch_ratio");
  builder.Reserve(At(builder.rows()) + table.EstimateRows());
  int64_t timeless = 0;
  ReadRows(table, bad, [&] {
    (void)table.Integer(user);
    (void)table.Integer(item);
    const double watched = table.Real(ratio);
    if (watched < 0) table.Fail(ratio, "a watch ratio from 0 on is expected");
    if (table.Text(time).empty()) {
      ++timeless;
      return;
    }
    const int64_t time_ms = table.TimeMs(time, 1000);
    const uint32_t responses =
        (watched >= options.long_view_ratio ? 1U : 0U) | (watched >= options.like_ratio ? 2U : 0U);
    builder.AddRow(table.Text(user), table.Text(item), time_ms, responses,
                   static_cast<float>(watched));
  });
  return timeless;
}

// "[27, 9]" -> "27, 9".
std::string_view InBrackets(const Table& table, size_t column) {
  std::string_view text = table.Text(column);
  if (!text.starts_with('[') || !text.ends_with(']'))
    table.Fail(column, "a list such as [27, 9] is expected");
  text = text.substr(1, text.size() - 2);
  for (const char c : text)
    if ((c < '0' || c > '9') && c != ',' && c != ' ')
      table.Fail(column, "category ids separated by commas are expected");
  return text;
}

void ReadCategories(const fs::path& path, const DatasetBuilder& builder, BadRows& bad,
                    Dataset& dataset) {
  Table table(path);
  const size_t item = table.Column("video_id"), list = table.Column("feat");
  CategoryLists lists(dataset.num_items());
  int64_t unused = 0;
  ReadRows(table, bad, [&] {
    (void)table.Integer(item);
    const std::string_view ids = InBrackets(table, list);
    const int32_t index = builder.FindItem(table.Text(item));
    if (index < 0) {
      ++unused;
    } else {
      lists.AddAll(index, ids, ",");
    }
  });
  lists.Store(dataset);
  AddDropped(dataset, "videos of item_categories.csv without an interaction", unused);
}

// Reads names of categories and titles of videos. The captions are free text, and some rows are
// broken in the published file. Such rows are counted and left out whatever max_bad_share says,
// since nothing but names depends on them.
void ReadNames(const fs::path& path, const DatasetBuilder& builder, Dataset& dataset) {
  Table table(path);
  const size_t item = table.Column("video_id"), caption = table.Column("caption"),
               id = table.Column("first_level_category_id"),
               name = table.Column("first_level_category_name");
  std::map<std::string, std::string> names;
  BadRows broken(1);
  ReadRows(table, broken, [&] {
    (void)table.Integer(item);
    const int32_t index = builder.FindItem(table.Text(item));
    if (index >= 0) dataset.item_titles[At(index)] = WithoutControls(table.Text(caption));
    const std::string_view label = table.Text(name);
    if (table.Text(id).empty() || label.empty() || label == "UNKNOWN") return;
    names.emplace(std::to_string(table.Integer(id)), ToUtf8(label));
  });
  std::map<std::string, int> uses;
  for (const auto& [category, label] : names) ++uses[label];
  for (std::string& category : dataset.categories) {
    const auto found = names.find(category);
    if (found == names.end()) continue;
    const std::string number = category;
    category = found->second;
    if (uses[found->second] > 1) category += " (" + number + ")";
  }
  AddDropped(dataset, "broken rows of kuairec_caption_category.csv (titles and names alone)",
             broken.count());
}

// The cells of the small matrix; users and items are numbered as they appear in the file.
struct Cells {
  NameIndex users, items;
  std::vector<std::pair<int32_t, int32_t>> places;
  std::vector<float> ratios;
};

Cells ReadCells(const fs::path& path, const DataOptions& options) {
  Table table(path);
  const size_t user = table.Column("user_id"), item = table.Column("video_id"),
               ratio = table.Column("watch_ratio");
  Cells cells;
  BadRows bad(options.max_bad_share);
  ReadRows(table, bad, [&] {
    (void)table.Integer(user);
    (void)table.Integer(item);
    const double watched = table.Real(ratio);
    if (watched < 0) table.Fail(ratio, "a watch ratio from 0 on is expected");
    cells.places.emplace_back(cells.users.Add(table.Text(user)), cells.items.Add(table.Text(item)));
    cells.ratios.push_back(static_cast<float>(std::min(watched, options.ratio_limit)));
  });
  if (cells.ratios.empty()) throw Error(ErrorKind::kData, path.string() + ": it has no row");
  return cells;
}

}  // namespace

UserItemMatrix LoadKuaiRecSmallMatrix(const fs::path& folder, const DataOptions& options) {
  const fs::path path = KuaiFolder(folder, "big_matrix.csv") / "small_matrix.csv";
  Cells cells = ReadCells(path, options);
  const std::vector<int32_t> rows = cells.users.SortNames(), columns = cells.items.SortNames();
  UserItemMatrix matrix{.source = path.string(),
                        .rows = std::ssize(rows),
                        .columns = std::ssize(columns),
                        .values = {},
                        .user_ids = cells.users.names(),
                        .item_ids = cells.items.names()};
  const auto name = [&](size_t cell) {
    return "user " + matrix.user_ids[cell / columns.size()] + " and video " +
           matrix.item_ids[cell % columns.size()];
  };
  constexpr float kHole = -1;
  matrix.values.assign(rows.size() * columns.size(), kHole);
  for (size_t i = 0; i < cells.ratios.size(); ++i) {
    const auto [user, item] = cells.places[i];
    const size_t cell = At(rows[At(user)]) * columns.size() + At(columns[At(item)]);
    if (matrix.values[cell] != kHole)
      throw Error(ErrorKind::kData, path.string() + ": " + name(cell) + " have two watch ratios");
    matrix.values[cell] = cells.ratios[i];
  }
  const auto hole = std::ranges::find(matrix.values, kHole);
  if (hole != matrix.values.end() && !options.fill_holes)
    throw Error(ErrorKind::kData,
                path.string() +
                    ": the matrix has a hole: " + name(At(hole - matrix.values.begin())) +
                    " (one of " + std::to_string(std::ranges::count(matrix.values, kHole)) +
                    "); data.fill_holes = true takes holes as 0, as the published code does");
  std::ranges::replace(matrix.values, kHole, 0.0f);
  return matrix;
}

Dataset LoadKuaiRec(const std::string& name, const fs::path& folder, const DataOptions& options) {
  const fs::path files = KuaiFolder(folder, "big_matrix.csv");
  DatasetBuilder builder(name, {"long_view", "like"}, /*has_values=*/true, RowMemoryOf(options));
  BadRows bad(options.max_bad_share);
  int64_t timeless = ReadBigMatrix(files / "big_matrix.csv", options, builder, bad);
  if (options.include_small)
    timeless += ReadBigMatrix(files / "small_matrix.csv", options, builder, bad);
  Dataset dataset = builder.Build(name + " (" + files.string() + ")");
  dataset.suggested_split = "global_cut";
  ReadCategories(files / "item_categories.csv", builder, bad, dataset);
  if (fs::exists(files / "kuairec_caption_category.csv"))
    ReadNames(files / "kuairec_caption_category.csv", builder, dataset);
  ReadKuaiUserFeatures(files / "user_features.csv", builder, bad, dataset);
  AddDropped(dataset, "rows without a timestamp", timeless);
  ReportRead(bad, dataset);
  return dataset;
}

}  // namespace lerl
