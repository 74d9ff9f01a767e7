#pragma once
// Your own data: one CSV or TSV file of interactions, described in a TOML file.
//
//   name = "shop"
//   file = "shop.csv"               # beside the TOML file
//   user = "user"
//   item = "item"
//   time = "timestamp"
//   value = "rating"
//   categories = "genres"
//   [[behaviour]]
//   name = "like"
//   column = "rating"
//   at_least = 4                    # or: equals = "1"
//
// CsvConfig has the other keys: separators, the unit of time, the split, a file of items, and
// columns that describe the user.

#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/data/dataset.h"
#include "lerl/data/options.h"

namespace lerl {

class BadRows;
class CategoryLists;

// A row has the behaviour where the column meets the condition. Exactly one of at_least and equals
// must be given.
struct CsvBehaviour {
  std::string name;
  std::string column;
  double at_least = std::numeric_limits<double>::quiet_NaN();
  std::string equals;

  void VisitFields(FieldVisitor& visit) {
    visit("name", name, "of the behaviour, like \"like\"");
    visit("column", column, "that tells it");
    visit("at_least", at_least, "shown where the column's number is at least this", Range{});
    visit("equals", equals, "shown where the column's text is this");
  }
};

struct CsvItems {
  std::string file, separator, item, title, categories;

  void VisitFields(FieldVisitor& visit) {
    visit("file", file, "file with one row per item, beside the TOML file");
    visit("separator", separator, "between fields; empty: by the file's ending");
    visit("item", item, "column of the item's id; empty: as in the interactions");
    visit("title", title, "column of titles");
    visit("categories", categories, "column of categories");
  }
};

struct CsvConfig {
  std::string name, file;
  std::string separator;
  std::string user = "user", item = "item", time = "timestamp", value, categories, title;
  std::string time_unit = "s";
  std::string category_separator = "|";
  std::vector<std::string> known_categories;
  std::vector<std::string> user_features;
  std::string split = "global_cut";
  CsvItems items;

  void VisitFields(FieldVisitor& visit) {
    visit("name", name, "of the data set; empty: the TOML file's");
    visit("file", file, "file with one row per interaction, beside the TOML file");
    visit("separator", separator, "between fields; empty: tab for .tsv, .tab and .inter, else ,");
    visit("user", user, "column of the user's id");
    visit("item", item, "column of the item's id");
    visit("time", time, "column of the time");
    visit("time_unit", time_unit, "of the time: seconds, milliseconds or microseconds since 1970",
          {"s", "ms", "us"});
    visit("value", value, "column of a rating or another number to keep");
    visit("categories", categories, "column of the item's categories");
    visit("category_separator", category_separator, "one character between categories");
    visit("known_categories", known_categories, "if given, any other category is an error");
    visit("title", title, "column of the item's title");
    visit("user_features", user_features, "columns that describe the user");
    visit("split", split, "how rows are split in mode auto", {"user_order", "global_cut"});
    visit.Section("items", items);
  }
};

// The files that the description names, in order. Keys of caches are made of them.
std::vector<std::filesystem::path> CsvFiles(const std::filesystem::path& toml);

// Throws Error(kConfig) on a wrong description and Error(kData) on wrong files.
Dataset LoadCsv(const std::filesystem::path& toml, const DataOptions& options);

// Reads titles and categories from the file of `config.items`. `find` gives the index of an id in
// the data set, or -1 if there is none; rows of such ids are counted as dropped.
void ReadItems(const CsvConfig& config, const std::filesystem::path& path,
               const std::function<int32_t(std::string_view)>& find, CategoryLists& lists,
               BadRows& bad, Dataset& dataset);

}  // namespace lerl
