#pragma once
// The description of a person's own data (data/sources/csv.h): what its files are, and what their
// columns mean.

#include <filesystem>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/data/sources/csv_behaviour.h"
#include "lerl/data/table.h"

namespace lerl {

// A file with one row per item.
struct CsvItems {
  std::string file, separator, item, title, price;
  std::vector<std::string> columns, categories, features;
  bool rest = false;
  double least_match = 0.5;

  void VisitFields(FieldVisitor& visit) {
    visit("file", file, "file with one row per item, beside the TOML file");
    visit("separator", separator, "between fields; empty: by the file's ending");
    visit("columns", columns, "names of the columns of a file without a header line");
    visit("rest", rest, "the last column takes the rest of its line, separators included");
    visit("item", item, "column of the item's id; empty: as in the interactions");
    visit("title", title, "column of titles");
    visit("price", price, "column of prices, which count before those of the interactions");
    visit("categories", categories, "columns of categories");
    visit("features", features, "columns that describe the item");
    visit("least_match", least_match, "share of the log's items that the file must speak of",
          Range{.low = 0, .high = 1});
  }
};

// A file with one row per user.
struct CsvUsers {
  std::string file, separator, user;
  std::vector<std::string> columns, features;
  double least_match = 0.5;

  void VisitFields(FieldVisitor& visit) {
    visit("file", file, "file with one row per user, beside the TOML file");
    visit("separator", separator, "between fields; empty: by the file's ending");
    visit("columns", columns, "names of the columns of a file without a header line");
    visit("user", user, "column of the user's id; empty: as in the interactions");
    visit("features", features, "columns that describe the user");
    visit("least_match", least_match, "share of the log's users that the file must speak of",
          Range{.low = 0, .high = 1});
  }
};

struct CsvConfig {
  std::string name;
  std::vector<std::string> file;
  std::string form = "auto", separator, quotes = "auto", encoding = "auto";
  std::vector<std::string> columns;
  std::string blocks, shown;
  std::vector<std::string> user = {"user"};
  std::string item = "item", time = "timestamp", value, title, price;
  std::string price_of = "median";
  std::string time_unit = "s";
  std::vector<std::string> time_format;
  int64_t first_year = 1990, last_year = 0;
  std::vector<std::string> categories;
  std::string category_separator = "|";
  std::vector<std::string> known_categories;
  int64_t most_categories = 0;
  std::vector<std::string> user_features, item_features;
  std::string event;
  double event_minutes = 30;
  int64_t negatives = 0;
  std::string split = "global_cut";
  CsvItems items;
  CsvUsers users;

  void VisitFields(FieldVisitor& visit) {
    visit("name", name, "of the data set; empty: the TOML file's");
    visit("file", file,
          "files with one row per interaction, beside the TOML file; names may hold * and ?, and "
          "end in .gz");
    visit("form", form,
          "of the files: delimited; json: an object on each line; auto: json for .json, .jsonl, "
          ".ndjson and .parquet, whose rows become objects",
          {"auto", "delimited", "json"});
    visit("separator", separator,
          "between fields; empty: tab for .tsv, .tab, .inter, .item and .user, else ,");
    visit("quotes", quotes,
          "double: a field may stand in double quotes; backslash: the same, where a backslash in "
          "it makes the next character text; none: quotes are text; auto: none between tabs",
          {"auto", "double", "backslash", "none"});
    visit("encoding", encoding, "of the files, as iconv names it; auto: guessed");
    visit("columns", columns, "names of the columns of files without a header line");
    visit("blocks", blocks, "a name for the ids of lines ID: that stand over their rows");
    visit("shown", shown,
          "column that lists what was shown as ITEM-RESPONSE, with spaces between; each makes a "
          "row with the columns NAME.item and NAME.response");
    visit("user", user, "column of the user's id; several: together they tell users apart");
    visit("item", item, "column of the item's id");
    visit("time", time, "column of the time; none: rows are in the order of time");
    visit("time_unit", time_unit,
          "of the time: s, ms, us, ns or days since 1970, sheet_days as spreadsheets count, iso "
          "(2020-10-12T10:00:00+02:00) or yyyymmdd",
          {"s", "ms", "us", "ns", "days", "sheet_days", "iso", "yyyymmdd"});
    visit("time_format", time_format,
          "patterns of strptime (%m/%d/%Y %I:%M:%S %p) in place of time_unit; the first that fits "
          "a time reads it");
    visit("first_year", first_year, "earlier times are wrong", Range{.low = 1, .high = 9999});
    visit("last_year", last_year, "later times are wrong; 0: next year", Range{0, 9999});
    visit("value", value, "column of a rating or another number to keep");
    visit("categories", categories, "columns of the item's categories");
    visit("category_separator", category_separator, "text between categories");
    visit("known_categories", known_categories, "if given, any other category is an error");
    visit("most_categories", most_categories,
          "only so many categories are kept, those with the most items; 0: all",
          Range{.low = 0, .high = 1e9});
    visit("title", title, "column of the item's title");
    visit("price", price, "column of what the item costs; empty where a row doesn't say");
    visit("price_of", price_of, "which of an item's prices counts", {"median", "last"});
    visit("user_features", user_features, "columns that describe the user");
    visit("item_features", item_features, "columns that describe the item");
    visit("event", event,
          "column of the kind of event in a log of events; events of a user with an item are then "
          "merged");
    visit("event_minutes", event_minutes,
          "an event so soon after the last one with the item belongs to the same interaction; 0: "
          "whenever it comes",
          Range{.low = 0, .high = 1e9});
    visit("negatives", negatives,
          "for a log of what was taken alone: this many rows without a response are drawn for "
          "each row, of items that the user has no row with",
          Range{.low = 0, .high = 1000});
    visit("split", split, "how rows are split in mode auto", {"user_order", "global_cut"});
    visit.Section("items", items);
    visit.Section("users", users);
  }
};

// A description, read and checked.
struct CsvDescription {
  CsvConfig config;
  std::vector<CsvBehaviour> behaviours;
  std::filesystem::path folder;  // where the files lie
};

// Throws Error(kConfig) on a wrong description.
CsvDescription ReadCsvDescription(const std::filesystem::path& toml);
// The same from a text of TOML, whose files lie in `folder`; `source` stands in messages.
CsvDescription ParseCsvDescription(const std::string& text, const std::string& source,
                                   const std::filesystem::path& folder);

// The files of interactions, patterns expanded, in the order of the description and by name within
// a pattern. Throws Error(kData) for a pattern that no file fits.
std::vector<std::filesystem::path> LogFiles(const CsvDescription& description);

// How the description says that a file is to be read. An empty separator is told by the ending.
TableFormat FormatOf(const CsvConfig& config, const std::filesystem::path& path,
                     const std::string& separator, const std::vector<std::string>& columns);

}  // namespace lerl
