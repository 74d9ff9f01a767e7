#pragma once
// What a data set holds, in figures: the output of `lerl data info`.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/matrix.h"
#include "lerl/data/split.h"

namespace lerl {

struct BehaviourInfo {
  std::string name;
  int64_t rows = 0;  // rows with the behaviour
  double rate = 0;   // their share of all rows
};

struct CategoryInfo {
  std::string name;
  int64_t items = 0;
  int64_t rows = 0;  // rows of items that carry the category
};

struct SplitInfo {
  std::string mode;
  int64_t train_rows = 0, valid_rows = 0, test_rows = 0;
  int64_t playable_users = 0, unplayed_users = 0;
  int64_t train_users = 0, valid_users = 0, test_users = 0, sealed_users = 0;
  std::string problem;  // why there is no split; empty where there is one
};

// The full matrix of a data set that has one (data/matrix.h).
struct MatrixInfo {
  int64_t rows = 0, columns = 0;
  double lowest = 0, mean = 0, highest = 0;  // over all cells
  // Quantiles (0, .1, .25, .5, .75, .9, 1) of the distances between all pairs of columns, among
  // them each column with itself.
  std::vector<double> distances;
};

// The prices that items have of their own (data/prices.h).
struct PriceInfo {
  int64_t items = 0;  // that have one
  double lowest = 0, mean = 0, highest = 0;
};

struct DatasetInfo {
  std::string name, fingerprint;
  int64_t users = 0, items = 0, categories = 0, rows = 0;
  int64_t items_without_category = 0;
  int64_t first_ms = 0, last_ms = 0;   // milliseconds since 1970, UTC
  double sparsity = 0;                 // 1 - rows / (users * items), at least 0
  std::vector<int64_t> rows_per_user;  // quantiles 0, .1, .25, .5, .75, .9, 1 (nearest rank)
  std::vector<BehaviourInfo> behaviours;
  std::vector<CategoryInfo> category_counts;  // most items first, ties by name
  std::vector<std::string> user_features, item_features;
  std::optional<double> organic;    // share of rows, where the source says which
  std::optional<PriceInfo> prices;  // where the data set has any
  SplitInfo split;
  std::vector<Dropped> dropped;
  std::vector<FileLines> files;    // what became of the lines of each file
  std::vector<std::string> notes;  // of the loader
  std::optional<MatrixInfo> matrix;
};

MatrixInfo DescribeMatrix(const UserItemMatrix& matrix);
// Describes all but the matrix, which stays empty.
DatasetInfo Describe(const Dataset& dataset, const SplitConfig& split);

nlohmann::json InfoJson(const DatasetInfo& info);
// Shows at most `most_categories` categories, or all of them for 0.
std::string InfoText(const DatasetInfo& info, size_t most_categories = 30);

}  // namespace lerl
