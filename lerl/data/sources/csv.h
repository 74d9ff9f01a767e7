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
// CsvConfig has the other keys: separators, quotes, encoding, the unit of time, the split, a file
// of items, and columns that describe the user. A behaviour that is the same in every row, times
// outside the years that are expected, and a file of items that speaks of others are errors that
// show what was found.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/data/dataset.h"
#include "lerl/data/id_match.h"
#include "lerl/data/options.h"

namespace lerl {

class BadRows;
class CategoryLists;

struct CsvItems {
  std::string file, separator, item, title, categories;
  double least_match = 0.5;

  void VisitFields(FieldVisitor& visit) {
    visit("file", file, "file with one row per item, beside the TOML file");
    visit("separator", separator, "between fields; empty: by the file's ending");
    visit("item", item, "column of the item's id; empty: as in the interactions");
    visit("title", title, "column of titles");
    visit("categories", categories, "column of categories");
    visit("least_match", least_match, "share of the log's items that the file must speak of",
          Range{.low = 0, .high = 1});
  }
};

struct CsvConfig {
  std::string name, file;
  std::string separator, quotes = "auto", encoding = "auto";
  std::string user = "user", item = "item", time = "timestamp", value, categories, title;
  std::string time_unit = "s";
  int64_t first_year = 1990, last_year = 0;
  std::string category_separator = "|";
  std::vector<std::string> known_categories;
  std::vector<std::string> user_features;
  std::string split = "global_cut";
  CsvItems items;

  void VisitFields(FieldVisitor& visit) {
    visit("name", name, "of the data set; empty: the TOML file's");
    visit("file", file, "file with one row per interaction, beside the TOML file");
    visit("separator", separator, "between fields; empty: tab for .tsv, .tab and .inter, else ,");
    visit("quotes", quotes,
          "double: a field may stand in double quotes; none: quotes are text; auto: none between "
          "tabs",
          {"auto", "double", "none"});
    visit("encoding", encoding, "of the files, as iconv names it; auto: guessed");
    visit("user", user, "column of the user's id");
    visit("item", item, "column of the item's id");
    visit("time", time, "column of the time; none: rows are in the order of time");
    visit("time_unit", time_unit,
          "of the time: s, ms, us or days since 1970, sheet_days as spreadsheets count, iso "
          "(2020-10-12T10:00:00+02:00) or yyyymmdd",
          {"s", "ms", "us", "days", "sheet_days", "iso", "yyyymmdd"});
    visit("first_year", first_year, "earlier times are wrong", Range{.low = 1, .high = 9999});
    visit("last_year", last_year, "later times are wrong; 0: next year",
          Range{.low = 0, .high = 9999});
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

// Reads titles and categories from the file of `config.items`. `match` knows the ids of the data
// set; rows of other ids are counted as dropped. Throws Error(kData) if the file speaks of fewer of
// them than items.least_match asks for.
void ReadItems(const CsvConfig& config, const std::filesystem::path& path, IdMatch& match,
               CategoryLists& lists, BadRows& bad, Dataset& dataset);

}  // namespace lerl
