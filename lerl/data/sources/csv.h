#pragma once
// Your own data: files of interactions, described in a TOML file.
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
// CsvConfig has the other keys: several files, their form, separators, quotes, encoding, the unit
// of time, logs of events, the split, files of items and of users, and columns that describe them.
// A behaviour that is the same in every row, times outside the years that are expected, and a file
// of items that speaks of others are errors that show what was found.

#include <filesystem>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/id_match.h"
#include "lerl/data/options.h"
#include "lerl/data/sources/csv_config.h"

namespace lerl {

class BadRows;
class CategoryLists;

// The files that the description names, in order. Keys of caches are made of them.
std::vector<std::filesystem::path> CsvFiles(const std::filesystem::path& toml);

// Throws Error(kConfig) on a wrong description and Error(kData) on wrong files.
Dataset LoadCsv(const std::filesystem::path& toml, const DataOptions& options);
Dataset LoadCsv(const CsvDescription& description, const DataOptions& options);

// Reads titles, categories and features from the file of `config.items`. `match` knows the ids of
// the data set; rows of other ids are counted as dropped. Throws Error(kData) if the file speaks of
// fewer of them than items.least_match asks for.
void ReadItems(const CsvConfig& config, const std::filesystem::path& path, IdMatch& match,
               CategoryLists& lists, BadRows& bad, Dataset& dataset);

}  // namespace lerl
