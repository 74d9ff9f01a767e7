#include "lerl/serve/new_items.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "lerl/agents/items/category_means.h"
#include "lerl/agents/items/rowless_items.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/serve/title_index.h"
#include "lerl/sim/item_vectors.h"

namespace lerl {
namespace {

template <typename T>
std::vector<T> ValuesOf(const Column<T>& column) {
  return {column.begin(), column.end()};
}

// An added item as a world knows it.
struct NewItem {
  const ItemRecord* record;
  std::vector<int32_t> categories;  // ascending, without repeats; at least one
  std::vector<TitleMatch> alike = {};
};

std::unordered_map<std::string, int32_t> IndicesOf(const std::vector<std::string>& names) {
  std::unordered_map<std::string, int32_t> indices;
  for (size_t n = 0; n < names.size(); ++n) indices.emplace(names[n], static_cast<int32_t>(n));
  return indices;
}

// The items to be added. A category that the data set does not know is passed over.
std::vector<NewItem> NewItemsOf(const Dataset& dataset, std::span<const ItemRecord> items,
                                const std::unordered_map<std::string, int32_t>& known) {
  const std::unordered_map<std::string, int32_t> categories = IndicesOf(dataset.categories);
  std::vector<NewItem> added;
  for (const ItemRecord& record : items) {
    if (!record.added() || known.contains(record.id)) continue;
    NewItem item{&record, {}};
    for (const std::string& name : record.categories)
      if (const auto found = categories.find(name); found != categories.end())
        item.categories.push_back(found->second);
    std::ranges::sort(item.categories);
    const auto repeats = std::ranges::unique(item.categories);
    item.categories.erase(repeats.begin(), repeats.end());
    if (item.categories.empty())
      LogWarning("the added item " + Printable(record.id) +
                 " is left out: the data set knows none of its categories");
    else
      added.push_back(std::move(item));
  }
  return added;
}

void FindAlike(const Dataset& dataset, std::vector<NewItem>& added) {
  const TitleIndex index(dataset.item_titles);
  for (NewItem& item : added)
    item.alike = index.Nearest(item.record->title + " " + item.record->text, kAlikeItems);
}

// v_n of a new item, equation (1).
std::vector<double> RowOf(const NewItem& item, std::span<const float> matrix,
                          const CategoryMeans& means) {
  // 1. By its categories.
  std::vector<double> row(means.width());
  for (const int32_t c : item.categories)
    for (size_t d = 0; d < row.size(); ++d)
      row[d] += means.Of(c)[d] / static_cast<double>(item.categories.size());
  // 2. Pulled towards what is alike.
  double sum = 0, squares = 0;
  for (const TitleMatch& match : item.alike) {
    sum += match.cosine;
    squares += match.cosine * match.cosine;
  }
  if (sum == 0) return row;
  const double pull = squares / sum;
  for (double& value : row) value *= 1 - pull;
  for (const TitleMatch& match : item.alike) {
    const auto alike = matrix.subspan(At(match.text) * means.width(), means.width());
    for (size_t d = 0; d < row.size(); ++d)
      row[d] += pull * match.cosine / sum * static_cast<double>(alike[d]);
  }
  return row;
}

// Puts a row for each new item behind those of a matrix [I, width].
void AppendRows(const Dataset& dataset, std::span<const double> popularity,
                std::span<const NewItem> added, std::vector<float>& matrix) {
  if (matrix.empty()) return;
  const CategoryMeans means(dataset, popularity, matrix, kCategoryPrior);
  std::vector<float> rows;
  for (const NewItem& item : added)
    for (const double value : RowOf(item, matrix, means)) rows.push_back(static_cast<float>(value));
  matrix.insert(matrix.end(), rows.begin(), rows.end());
}

// Makes rows of a matrix from `first` on as long as 1.
void ScaleToUnits(size_t width, size_t first, std::vector<float>& matrix) {
  for (size_t begin = first * width; begin < matrix.size(); begin += width) {
    const std::span<float> row(matrix.data() + begin, width);
    const float length =
        std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0f)) + 1e-12f;
    for (float& value : row) value /= length;
  }
}

void AppendToDataset(std::span<const NewItem> added, Dataset& dataset) {
  std::vector<int64_t> offsets = ValuesOf(dataset.category_offsets);
  std::vector<int32_t> categories = ValuesOf(dataset.category_ids);
  for (const NewItem& item : added) {
    dataset.item_ids.push_back(item.record->id);
    dataset.item_titles.push_back(item.record->title);
    categories.insert(categories.end(), item.categories.begin(), item.categories.end());
    offsets.push_back(std::ssize(categories));
  }
  dataset.category_offsets = std::move(offsets);
  dataset.category_ids = std::move(categories);
  const auto unknown = [&added]<typename T>(const Column<T>& column) {
    std::vector<T> values = ValuesOf(column);
    values.resize(values.size() + added.size(), T{0});
    return Column<T>(std::move(values));
  };
  for (Feature& feature : dataset.item_features) feature.codes = unknown(feature.codes);
  if (!dataset.prices.empty()) dataset.prices = unknown(dataset.prices);
}

std::shared_ptr<const World> WithRows(const World& known, std::vector<NewItem> added) {
  FindAlike(known.dataset, added);
  auto world = std::make_unique<World>(known);
  const std::vector<double> popularity = RootsOfRows(known.dataset, known.split);
  const auto append = [&](std::vector<float>& matrix) {
    AppendRows(known.dataset, popularity, added, matrix);
  };
  MfModel& model = world->factors.model;
  append(model.item_factors);
  append(model.item_bias);
  model.items += static_cast<int>(added.size());
  append(world->factors.vectors);
  append(world->unit_vectors);
  ScaleToUnits(kItemVectorWidth, popularity.size(), world->unit_vectors);
  AppendToDataset(added, world->dataset);
  return world;
}

}  // namespace

ServedWorld WithStoredItems(std::shared_ptr<const World> known, std::span<const ItemRecord> items) {
  std::unordered_map<std::string, int32_t> indices = IndicesOf(known->dataset.item_ids);
  // 1. Rows for those that were added.
  std::vector<NewItem> added = NewItemsOf(known->dataset, items, indices);
  const auto first = static_cast<int32_t>(known->dataset.num_items());
  std::vector<ShownCounts::Item> counts;
  for (const NewItem& item : added) {
    indices.emplace(item.record->id, first + static_cast<int32_t>(counts.size()));
    counts.push_back({item.record->id, item.record->shown});
  }
  ServedWorld served{known, {.known = known}};
  if (!added.empty()) {
    served.world = WithRows(*known, std::move(added));
    served.items.shown = std::make_shared<ShownCounts>(first, counts);
  }
  // 2. What may not be shown.
  for (const ItemRecord& record : items) {
    const auto found = indices.find(record.id);
    if (record.withdrawn_us == 0 || found == indices.end()) continue;
    served.items.withdrawn.resize(At(served.world->dataset.num_items()));
    served.items.withdrawn[At(found->second)] = 1;
  }
  return served;
}

}  // namespace lerl
