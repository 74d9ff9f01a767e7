#pragma once
// Dataset: users, items, categories and their interactions, as columns.
//
// Axes: U users, I items, C categories, F behaviours, N interactions. Users, items and categories
// are dense indices from 0, and the names that the source gave them stand in columns of their own.
// Interactions are sorted by user, within a user by time, and at equal times in the order of the
// source file. A Dataset is immutable; its columns may view a mapped file (data/store.h).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/data/column.h"

namespace lerl {

// A categorical feature of users or items.
struct Feature {
  std::string name;
  std::vector<std::string> values;  // value of each code; code 0 is "" (unknown)
  Column<int32_t> codes;            // [U] or [I], in [0, values.size())
};

// How many rows of the source are not in the data set, for one reason.
struct Dropped {
  std::string reason;
  int64_t rows = 0;
};

// What became of the lines of a file of the source.
struct FileLines {
  std::string file{};   // its name, without the folder
  int64_t lines = 0;    // in the file
  int64_t header = 0;   // lines of names, 0 or 1
  int64_t blank = 0;    // lines without anything in them
  int64_t records = 0;  // rows, good and bad; one whose quoted field spans lines takes several
};

// The note of a data set without times, whose times are numbers of rows.
inline constexpr const char* kNoTimes = "no times: rows are in the order of the file";

struct Dataset {
  std::string name;
  std::vector<std::string> behaviours;   // [F]; the first is the main response ("like", "click")
  std::vector<std::string> categories;   // [C] names
  std::vector<std::string> user_ids;     // [U] as in the source
  std::vector<std::string> item_ids;     // [I] as in the source
  std::vector<std::string> item_titles;  // [I]; "" where the source has none
  std::vector<Feature> user_features;
  std::vector<Feature> item_features;

  Column<int64_t> category_offsets;  // [I + 1]; item i has [offsets[i], offsets[i + 1]) of the ids
  Column<int32_t> category_ids;      // ascending within an item

  // [I] what an item is sold for, above 0; 0 where that is unknown. Empty if the source has none.
  // data/prices.h says which of several prices counts, and what an unknown one counts as.
  Column<float> prices;

  Column<int64_t> user_offsets;  // [U + 1]; user u has the rows [offsets[u], offsets[u + 1])
  Column<int32_t> items;         // [N]
  Column<int64_t> times_ms;      // [N] milliseconds since 1970, UTC
  Column<float> values;          // [N] rating or watch ratio; empty if the source has none
  std::vector<Column<uint8_t>> responses;  // [F][N], 0 or 1
  // [N] 1 where the user came to the item by himself, 0 where it was recommended; empty if the
  // source does not say.
  Column<uint8_t> organic;

  std::vector<Dropped> dropped;
  std::vector<FileLines> files;    // empty for data that no text file holds
  std::vector<std::string> notes;  // what else a reader of the figures should know, in sentences

  // How rows are split in mode "auto" (data/split.h): "user_order" or "global_cut".
  std::string suggested_split = "user_order";

  int64_t num_users() const { return std::ssize(user_ids); }
  int64_t num_items() const { return std::ssize(item_ids); }
  int64_t num_categories() const { return std::ssize(categories); }
  int64_t num_behaviours() const { return std::ssize(behaviours); }
  int64_t num_interactions() const { return std::ssize(items); }

  // Categories of item i, ascending; may be empty.
  std::span<const int32_t> CategoriesOf(int64_t item) const {
    return category_ids.span(At(category_offsets[At(item)]), At(category_offsets[At(item) + 1]));
  }
  int64_t RowsBegin(int64_t user) const { return user_offsets[At(user)]; }
  int64_t RowsEnd(int64_t user) const { return user_offsets[At(user) + 1]; }
};

// A hash over every column and name. It ties a checkpoint to its data set.
std::string Fingerprint(const Dataset& dataset);

// Returns one category for each item, [I], for rules and plans that need exactly one: the item's
// category that the fewest items carry, on a tie the lowest; -1 for an item without a category.
std::vector<int32_t> RarestCategory(const Dataset& dataset);

// Returns the index of a user or category by the name that the source gave it. Throws Error(kUsage)
// on an unknown name, and names the nearest known one.
int32_t FindUser(const Dataset& dataset, const std::string& user_id);
int32_t FindCategory(const Dataset& dataset, const std::string& category);

// Checks what every loader must deliver. Throws CheckFailure unless sizes agree, every index is in
// range, and rows and categories are in order.
void CheckConsistent(const Dataset& dataset);

}  // namespace lerl
