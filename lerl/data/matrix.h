#pragma once
// UserItemMatrix: a value for every user and every item, without a hole. It is the truth of the
// matrix task (sim/matrix/matrix_env.h). Axes: R rows (users), J columns (items).
//
// Files:
//   text   one row per line, with numbers separated by commas, or by spaces and tabs
//   .npy   NumPy's format, with float32 or float64 in C order, little-endian. The reader is our
//          own, since the format can carry pickled objects and nothing here may run code.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace lerl {

struct UserItemMatrix {
  std::string source;  // a path or a name, for messages
  int64_t rows = 0, columns = 0;
  std::vector<float> values;  // [R, J], finite
  // The ids [R] and [J] by which a data set names its users and items. If they are empty, row r and
  // column j are its user r and item j.
  std::vector<std::string> user_ids, item_ids;
  float At(int64_t row, int64_t column) const {
    return values[static_cast<size_t>(row * columns + column)];
  }
};

// Reads a file that ends in .npy as such, and any other as text. Throws Error(kData) when a cell is
// missing or not a finite number, naming the file and the first such cell by line and column
// (text) or row and column (.npy), and when the shape or the format is wrong, saying how.
UserItemMatrix ReadMatrix(const std::filesystem::path& path);

// Returns the Euclidean distances between the columns: [J, J], symmetric, with 0 on the diagonal.
// They are exact for matrices of whole numbers while squared distances stay below 2^24.
std::vector<float> ColumnDistances(const UserItemMatrix& matrix);

// Returns the quantiles of `values` at these shares, linear between neighbours as in NumPy's
// percentile. `values` must not be empty.
std::vector<double> Quantiles(std::span<const float> values, std::span<const double> shares);

}  // namespace lerl
