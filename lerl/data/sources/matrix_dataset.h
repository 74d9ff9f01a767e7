#pragma once
// A data set made of a matrix alone: its rows are the users, its columns the items, and a part of
// its cells is the log that policies may learn from. A TOML file describes it:
//
//   matrix = "coat.ascii"          # or .npy; beside the TOML file
//   log = "train.ascii"            # same shape, 0 where a cell is not in the log
//   like_at_least = 4              # the behaviour "like": a value from here on
//   [items]
//   file = "items.csv"             # categories and titles; its item is the column, from 0
//
// Without a log file, log_share = 0.08 draws this share of each user's cells at random.
//
// Users and items are named by their places, from 0. The values of the log are those of the log
// file, or of the matrix where there is no log file. A matrix has no times, so the rows of a user
// come in an order drawn from the seed, a minute apart.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/matrix.h"
#include "lerl/data/sources/csv.h"

namespace lerl {

struct MatrixDataConfig {
  std::string name, matrix, log;
  double log_share = 0.08;
  double like_at_least = 4;
  int64_t seed = 1;
  std::string category_separator = "|";
  CsvItems items;

  void VisitFields(FieldVisitor& visit) {
    visit("name", name, "of the data set; empty: the TOML file's");
    visit("matrix", matrix, "file with one row of numbers per user, beside the TOML file");
    visit("log", log, "file of the same shape with the logged values, 0 elsewhere");
    visit("log_share", log_share, "without a log file: share of each user's cells in the log",
          Range{0, 1});
    visit("like_at_least", like_at_least, "value from which on a logged cell is a like", Range{});
    visit("seed", seed, "of the log's draws and order", Range{0, 9e15});
    visit("category_separator", category_separator, "text between categories");
    visit.Section("items", items);
  }
};

// Returns whether the TOML file describes a matrix rather than a table of interactions.
bool DescribesMatrix(const std::filesystem::path& toml);

// The files that the description names, in order. Keys of caches are made of them.
std::vector<std::filesystem::path> MatrixFiles(const std::filesystem::path& toml);

// Throws Error(kConfig) on a wrong description and Error(kData) on wrong files.
Dataset LoadMatrixDataset(const std::filesystem::path& toml, const DataOptions& options);
UserItemMatrix LoadDescribedMatrix(const std::filesystem::path& toml);

// Makes the data set without categories. `logged` [R, J] is 1 where the cell is a row of the log.
Dataset MakeMatrixDataset(const std::string& name, const UserItemMatrix& matrix,
                          std::span<const uint8_t> logged, double like_at_least, uint64_t seed);

// Draws max(1, round(share * J)) cells of each row at random, as `logged` of MakeMatrixDataset.
std::vector<uint8_t> DrawLog(int64_t rows, int64_t columns, double share, uint64_t seed);

}  // namespace lerl
