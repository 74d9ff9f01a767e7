#include "lerl/data/new_items.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

int32_t NewCategory(const Dataset& dataset, const std::string& name) {
  const auto found = std::ranges::find(dataset.categories, name);
  if (found == dataset.categories.end())
    throw Error(ErrorKind::kConfig,
                "split.new_category: " + dataset.name + " has no category '" + name + "'; it has " +
                    JoinNames({dataset.categories.begin(), dataset.categories.end()}));
  return static_cast<int32_t>(found - dataset.categories.begin());
}

// The rows that are kept: how many stand before each row, [N + 1].
std::vector<int64_t> KeptBefore(const Dataset& dataset, std::span<const uint8_t> new_items) {
  std::vector<int64_t> before = {0};
  before.reserve(dataset.items.size() + 1);
  for (const int32_t item : dataset.items)
    before.push_back(before.back() + (new_items[At(item)] == 0 ? 1 : 0));
  return before;
}

template <typename T>
void KeepRows(const std::vector<int64_t>& before, Column<T>& column) {
  if (column.empty()) return;
  std::vector<T> kept;
  kept.reserve(At(before.back()));
  for (size_t row = 0; row < column.size(); ++row)
    if (before[row + 1] > before[row]) kept.push_back(column[row]);
  column = std::move(kept);
}

}  // namespace

std::vector<uint8_t> ChooseNewItems(const Dataset& dataset, const SplitConfig& config) {
  if (config.new_items == 0 && config.new_category.empty()) return {};
  const auto items = At(dataset.num_items());
  std::vector<uint8_t> chosen(items);
  // 1. The items with the lowest hashes.
  const uint64_t seed = DeriveSeed(static_cast<uint64_t>(config.seed), "new items");
  std::vector<std::pair<uint64_t, size_t>> ranked;
  for (size_t item = 0; item < items; ++item)
    ranked.emplace_back(Hash(std::as_bytes(std::span(dataset.item_ids[item])), seed), item);
  std::ranges::sort(ranked);
  const auto drawn = At(std::llround(static_cast<double>(items) * config.new_items));
  for (size_t rank = 0; rank < drawn; ++rank) chosen[ranked[rank].second] = 1;
  // 2. Those of the category.
  if (config.new_category.empty()) return chosen;
  const int32_t category = NewCategory(dataset, config.new_category);
  for (size_t item = 0; item < items; ++item) {
    const auto of_item = dataset.CategoriesOf(static_cast<int64_t>(item));
    if (std::ranges::binary_search(of_item, category)) chosen[item] = 1;
  }
  return chosen;
}

void RequireKnownSlate(const Dataset& dataset, std::span<const uint8_t> new_items, int64_t slate) {
  std::vector<int64_t> known(At(dataset.num_categories()));
  for (size_t item = 0; item < new_items.size(); ++item)
    if (new_items[item] == 0)
      for (const int32_t c : dataset.CategoriesOf(static_cast<int64_t>(item))) ++known[At(c)];
  if (std::ranges::any_of(known, [slate](int64_t items) { return items >= slate; })) return;
  throw Error(ErrorKind::kConfig,
              "split.new_items, split.new_category: no category of " + dataset.name +
                  " is left with the " + std::to_string(slate) +
                  " known items of a slate; make fewer items new, or lower env.slate_size");
}

void DropRowsOf(std::vector<uint8_t> new_items, Dataset& dataset, Split& split) {
  LERL_CHECK_EQ(std::ssize(new_items), dataset.num_items());
  const std::vector<int64_t> before = KeptBefore(dataset, new_items);
  // 1. The boundaries between users, and between the parts of a user.
  std::vector<int64_t> offsets;
  for (const int64_t row : dataset.user_offsets) offsets.push_back(before[At(row)]);
  for (std::vector<int64_t>* ends : {&split.train_end, &split.valid_end})
    for (int64_t& row : *ends) row = before[At(row)];
  // 2. The rows.
  dataset.user_offsets = std::move(offsets);
  KeepRows(before, dataset.items);
  KeepRows(before, dataset.times_ms);
  KeepRows(before, dataset.values);
  for (Column<uint8_t>& responses : dataset.responses) KeepRows(before, responses);
  KeepRows(before, dataset.organic);
  split.new_items = std::move(new_items);
}

}  // namespace lerl
