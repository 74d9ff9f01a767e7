#pragma once
// What loaders share: they turn names into indices and rows into a Dataset in its order, and add
// categories and features.
//
// A loader calls AddRow for every interaction, then Build once. Build keeps the users and items
// with at least one interaction; for these the loader then adds categories and features.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/data/bad_rows.h"
#include "lerl/data/dataset.h"
#include "lerl/data/growing_column.h"
#include "lerl/data/options.h"
#include "lerl/data/row_sorter.h"
#include "lerl/data/table.h"

namespace lerl {

// The natural order: whole numbers by value, and after them other texts by bytes, so that
// "2" < "10" < "a".
bool NaturalLess(const std::string& a, const std::string& b);

// Gives names dense indices, in the order of their first appearance.
class NameIndex {
 public:
  int32_t Add(std::string_view name);
  int32_t Find(std::string_view name) const;  // -1 if unknown
  const std::vector<std::string>& names() const { return names_; }
  // Gives the names new indices in natural order. Returns the new index of each old one.
  std::vector<int32_t> SortNames();

 private:
  size_t Slot(std::string_view name, uint64_t hash) const;
  void Grow();
  std::vector<std::string> names_;
  std::vector<uint64_t> hashes_;
  std::vector<int32_t> slots_;  // hash table of indices, its size a power of two; -1 is free
};

// The memory that rows may take while they are read (data.memory_mb), and the folder of the cache
// for more.
RowMemory RowMemoryOf(const DataOptions& options);

class DatasetBuilder {
 public:
  DatasetBuilder(std::string name, std::vector<std::string> behaviours, bool has_values,
                 const RowMemory& memory = RowMemoryOf({}));

  // Tells that about so many rows will have been added in all. Throws Error(kIo) where neither
  // memory nor the disk has room for them.
  void Reserve(size_t rows) { sorter_.Expect(rows); }
  // The data set will say where users came to items by themselves: rows whose `responses` have the
  // bit kOrganic. To be called before AddRow.
  void KeepOrganic() { has_organic_ = true; }
  static constexpr uint32_t kOrganic = uint32_t{1} << 31;
  // Bit f of `responses` is behaviour f.
  void AddRow(std::string_view user, std::string_view item, int64_t time_ms, uint32_t responses,
              float value = 0);
  int64_t rows() const { return sorter_.rows(); }

  // Makes the data set, still without categories. Users and items come in natural order, rows by
  // user, then by time, then in the order of AddRow. Throws Error(kData) naming `source` if there
  // is no row.
  Dataset Build(const std::string& source);

  // The index in the data set, or -1 for those without an interaction. To be called after Build.
  int32_t FindUser(std::string_view user) const { return user_names_.Find(user); }
  int32_t FindItem(std::string_view item) const { return item_names_.Find(item); }

 private:
  const std::string name_;
  const std::vector<std::string> behaviours_;
  const bool has_values_;
  bool has_organic_ = false;
  const RowMemory memory_;
  NameIndex user_names_, item_names_;
  std::vector<int64_t> rows_of_user_;  // in the order of user_names_ before Build
  RowSorter sorter_;
};

// Rankings of planners number categories in 16 bits.
inline constexpr int64_t kMostCategories = 32'767;

// Categories of items, collected by name.
class CategoryLists {
 public:
  explicit CategoryLists(int64_t items) : lists_(At(items)) {}
  void Add(int32_t item, std::string_view category);
  // Adds the categories of a field (data/category_text.h).
  void AddAll(int32_t item, std::string_view joined, std::string_view separator);
  // Writes the names, in natural order, and the lists into the data set. Of more categories than
  // `most`, unless it is 0, those with the most items are kept, on a tie the first in that order;
  // a note says how many were not. Names that look like lists are a warning and a note. Throws
  // Error(kData) with the number for more than kMostCategories.
  void Store(Dataset& dataset, int64_t most = 0);

 private:
  void WarnOfLists(Dataset& dataset) const;
  void KeepCommonest(size_t most, Dataset& dataset);
  NameIndex names_;
  std::vector<std::vector<int32_t>> lists_;
};

// Categorical features of users or items, filled row by row. "", "UNKNOWN", "nan" and "NaN" are
// unknown, and "1.0" is read as "1".
class FeatureTable {
 public:
  FeatureTable(const std::vector<std::string>& names, int64_t rows);
  void Set(size_t feature, int32_t row, std::string_view value);
  std::vector<Feature> Take();

 private:
  std::vector<std::string> names_;
  std::vector<NameIndex> values_;
  std::vector<std::vector<int32_t>> codes_;
};

// Adds a reason to dataset.dropped unless rows is 0.
void AddDropped(Dataset& dataset, const std::string& reason, int64_t rows);

// Writes into the data set how many lines its files had, and how many rows were wrong.
void ReportRead(const BadRows& read, Dataset& dataset);

}  // namespace lerl
