#pragma once
// What loaders share: names to indices, rows to a Dataset in its order, categories and features.
//
// Order of use: AddRow for every interaction, Build once, then categories and features of the users
// and items that Build kept (those with at least one interaction).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/data/dataset.h"

namespace lerl {

// Integers by value before other texts by bytes: "2" < "10" < "a".
bool NaturalLess(const std::string& a, const std::string& b);

// Names to dense indices, in the order of their first appearance.
class NameIndex {
 public:
  int32_t Add(std::string_view name);
  int32_t Find(std::string_view name) const;  // -1 if unknown
  const std::vector<std::string>& names() const { return names_; }
  // Gives the names new indices in natural order; returns the new index of each old one.
  std::vector<int32_t> SortNames();

 private:
  size_t Slot(std::string_view name, uint64_t hash) const;
  void Grow();
  std::vector<std::string> names_;
  std::vector<uint64_t> hashes_;
  std::vector<int32_t> slots_;  // power of two; -1 is free
};

class DatasetBuilder {
 public:
  DatasetBuilder(std::string name, std::vector<std::string> behaviours, bool has_values);

  void Reserve(size_t rows);
  // Bit f of `responses` is behaviour f.
  void AddRow(std::string_view user, std::string_view item, int64_t time_ms, uint32_t responses,
              float value = 0);
  int64_t rows() const { return static_cast<int64_t>(users_.size()); }

  // Users, items in natural order; rows by user, then time, then order of AddRow. No categories
  // yet. Throws Error(kData) naming `source` if there is no row.
  Dataset Build(const std::string& source);

  // After Build: index in the data set, -1 for those without an interaction.
  int32_t FindUser(std::string_view user) const { return user_names_.Find(user); }
  int32_t FindItem(std::string_view item) const { return item_names_.Find(item); }

 private:
  std::vector<size_t> SortRows(const std::vector<int64_t>& offsets) const;
  const std::string name_;
  const std::vector<std::string> behaviours_;
  const bool has_values_;
  NameIndex user_names_, item_names_;
  std::vector<int32_t> users_, items_;
  std::vector<int64_t> times_;
  std::vector<uint32_t> responses_;
  std::vector<float> values_;
};

// Categories of items, collected by name.
class CategoryLists {
 public:
  explicit CategoryLists(int64_t items) : lists_(static_cast<size_t>(items)) {}
  void Add(int32_t item, std::string_view category);
  // Splits "a|b"; empty parts and spaces around parts are left out.
  void AddAll(int32_t item, std::string_view joined, char separator);
  // Writes names (natural order) and lists into the data set.
  void Store(Dataset& dataset);

 private:
  NameIndex names_;
  std::vector<std::vector<int32_t>> lists_;
};

// Categorical features of users or items, filled row by row; "", "UNKNOWN" and "nan" are unknown,
// and "1.0" is "1".
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

}  // namespace lerl
