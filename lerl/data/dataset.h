#pragma once
// Dataset: users, items, categories and their interactions, as columns.
//
// Axes: U users, I items, C categories, F behaviours, N interactions. Users, items and categories
// are dense indices from 0; the source's names for them stand beside. Interactions are sorted by
// user, within a user by time, ties in the order of the source file.
// A Dataset is immutable; its columns may view a mapped file (data/store.h).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/column.h"

namespace lerl {

// A categorical feature of users or items.
struct Feature {
  std::string name;
  std::vector<std::string> values;  // value of each code; code 0 is "" (unknown)
  Column<int32_t> codes;            // [U] or [I], in [0, values.size())
};

// Rows of the source that are not in the data set, and why.
struct Dropped {
  std::string reason;
  int64_t rows = 0;
};

struct Dataset {
  std::string name;
  std::vector<std::string> behaviours;   // [F]; the first is the main response ("like", "click")
  std::vector<std::string> categories;   // [C] names
  std::vector<std::string> user_ids;     // [U] as in the source
  std::vector<std::string> item_ids;     // [I]
  std::vector<std::string> item_titles;  // [I]; "" where the source has none
  std::vector<Feature> user_features;
  std::vector<Feature> item_features;

  Column<int64_t> category_offsets;  // [I + 1]
  Column<int32_t> category_ids;      // of item i: [offsets[i], offsets[i + 1]), ascending

  Column<int64_t> user_offsets;  // [U + 1]; rows of user u: [offsets[u], offsets[u + 1])
  Column<int32_t> items;         // [N]
  Column<int64_t> times_ms;      // [N] since 1970, UTC
  Column<float> values;          // [N] rating or watch ratio; empty if the source has none
  std::vector<Column<uint8_t>> responses;  // [F][N], 0 or 1

  std::vector<Dropped> dropped;

  // How rows are split in mode "auto" (data/split.h): "user_order" or "global_cut".
  std::string suggested_split = "user_order";

  int64_t num_users() const { return static_cast<int64_t>(user_ids.size()); }
  int64_t num_items() const { return static_cast<int64_t>(item_ids.size()); }
  int64_t num_categories() const { return static_cast<int64_t>(categories.size()); }
  int64_t num_behaviours() const { return static_cast<int64_t>(behaviours.size()); }
  int64_t num_interactions() const { return static_cast<int64_t>(items.size()); }

  // Categories of item i, ascending; may be empty.
  std::span<const int32_t> CategoriesOf(int64_t item) const {
    return category_ids.span(static_cast<size_t>(category_offsets[static_cast<size_t>(item)]),
                             static_cast<size_t>(category_offsets[static_cast<size_t>(item) + 1]));
  }
  int64_t RowsBegin(int64_t user) const { return user_offsets[static_cast<size_t>(user)]; }
  int64_t RowsEnd(int64_t user) const { return user_offsets[static_cast<size_t>(user) + 1]; }
};

// Content hash over every column and name: what ties a checkpoint to its data set.
std::string Fingerprint(const Dataset& dataset);

// A category for each item: the one with the fewest items (ties: the lowest id); -1 for an item
// without one. Used where a rule or a plan wants one category per item.
std::vector<int32_t> RarestCategory(const Dataset& dataset);

// Index of a user or category by the name that the source gave it. Throws Error(kUsage) naming the
// nearest known one.
int32_t FindUser(const Dataset& dataset, const std::string& user_id);
int32_t FindCategory(const Dataset& dataset, const std::string& category);

// Throws CheckFailure unless sizes agree, every index is in range, and rows and categories are in
// order: what every loader must deliver.
void CheckConsistent(const Dataset& dataset);

}  // namespace lerl
