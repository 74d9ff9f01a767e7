#pragma once
// UserItemMatrix: a value for every user and every item, with no hole. The truth of the matrix task
// (sim/matrix/matrix_env.h).
//
// Axes: R rows (users), J columns (items).
// Files: text, one row per line, numbers separated by commas, or by spaces and tabs; or NumPy's
// .npy with float32 or float64 in C order, little-endian. The reader of .npy is our own, since the
// format can carry pickled objects and nothing here may run code.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace lerl {

struct UserItemMatrix {
  std::string source;  // for messages: a path or a name
  int64_t rows = 0, columns = 0;
  std::vector<float> values;                    // [R, J], finite
  std::vector<std::string> user_ids, item_ids;  // [R], [J] as a data set names them; empty: row r
                                                // and column j are its user r and item j
  float At(int64_t row, int64_t column) const {
    return values[static_cast<size_t>(row * columns + column)];
  }
};

// By the ending: .npy, else text. Throws Error(kData) naming file, line and column (text) or row
// and column (.npy) of the first cell that is missing or not a finite number, or saying what of the
// shape or of the format is wrong.
UserItemMatrix ReadMatrix(const std::filesystem::path& path);

// Euclidean distances between the columns: [J, J], symmetric, 0 on the diagonal. Exact for matrices
// of whole numbers as long as a squared distance is below 2^24.
std::vector<float> ColumnDistances(const UserItemMatrix& matrix);

// Values at these shares of the sorted `values`, as NumPy's percentile has them (linear between
// neighbours). `values` must not be empty.
std::vector<double> Quantiles(std::span<const float> values, std::span<const double> shares);

}  // namespace lerl
