#include "lerl/sim/matrix/matrix_truth.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_map>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/data/registry.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/sim/env_config.h"

namespace lerl {
namespace {

// Returns the row or column of each of the data set's users or items: [names], -1 for none.
// `size` is the matrix's number of rows or columns; `ids` are theirs, empty where it has none.
std::vector<int32_t> Tie(const std::string& source, const std::string& dataset, const char* what,
                         const char* axis, int64_t size, const std::vector<std::string>& ids,
                         const std::vector<std::string>& names) {
  const auto known = static_cast<int64_t>(names.size());
  std::vector<int32_t> place(names.size(), -1);
  if (ids.empty()) {
    if (size != known)
      throw Error(ErrorKind::kData,
                  source + ": " + std::to_string(size) + " " + axis + "s where " + dataset +
                      " has " + std::to_string(known) + " " + what + "s; " +
                      (size > known ? std::string(axis) + " " + std::to_string(known + 1) +
                                          " is of an unknown " + what
                                    : "a value for each of them is needed"));
    for (size_t i = 0; i < place.size(); ++i) place[i] = static_cast<int32_t>(i);
    return place;
  }
  std::unordered_map<std::string_view, size_t> index;
  for (size_t i = 0; i < names.size(); ++i) index.emplace(names[i], i);
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto found = index.find(ids[i]);
    if (found == index.end())
      throw Error(ErrorKind::kData,
                  source + ": " + what + " " + ids[i] + " is not in the data set " + dataset);
    place[found->second] = static_cast<int32_t>(i);
  }
  return place;
}

UserItemMatrix FitMatrix(const MatrixConfig& config, const Dataset& dataset) {
  const bool of_values = config.target == "value";
  if (of_values && dataset.values.empty())
    throw Error(ErrorKind::kConfig, "env.matrix.target: " + dataset.name +
                                        " has no values; set env.matrix.target = \"response\"");
  // 1. The targets, in [0, 1].
  float low = 0, high = 1;
  std::function<float(size_t)> target = [&](size_t row) {
    return static_cast<float>(dataset.responses[0][row]);
  };
  if (of_values) {
    const auto [least, most] = std::ranges::minmax(dataset.values.span());
    low = least;
    high = std::max(most, least + 1e-6f);
    target = [&](size_t row) { return (dataset.values[row] - low) / (high - low); };
  }
  // 2. The factorisation of the log.
  const MfModel model = FitMfOnAllRows(dataset, target, config.mf);
  // 3. Its prediction for every user and item, on the targets' own scale.
  UserItemMatrix matrix{.source = dataset.name + " (fitted)",
                        .rows = dataset.num_users(),
                        .columns = dataset.num_items(),
                        .values = {},
                        .user_ids = {},
                        .item_ids = {}};
  matrix.values.reserve(At(matrix.rows * matrix.columns));
  for (int32_t user = 0; user < matrix.rows; ++user)
    for (int32_t item = 0; item < matrix.columns; ++item)
      matrix.values.push_back(low + (high - low) / (1 + std::exp(-model.Logit(user, item))));
  return matrix;
}

}  // namespace

MatrixTruth::MatrixTruth(UserItemMatrix matrix, const Dataset& dataset)
    : matrix_(std::move(matrix)),
      row_of_user_(Tie(matrix_.source, dataset.name, "user", "row", matrix_.rows, matrix_.user_ids,
                       dataset.user_ids)),
      column_of_item_(Tie(matrix_.source, dataset.name, "item", "column", matrix_.columns,
                          matrix_.item_ids, dataset.item_ids)) {
  const auto [least, most] = std::ranges::minmax(matrix_.values);
  lowest_ = least;
  highest_ = most;
}

void MatrixTruth::PrepareDistances() const {
  std::call_once(prepared_, [this] {
    if (matrix_.columns <= kLargestTable) {
      distances_ = ColumnDistances(matrix_);
      return;
    }
    const auto rows = At(matrix_.rows), columns = At(matrix_.columns);
    columns_.resize(matrix_.values.size());
    for (size_t r = 0; r < rows; ++r)
      for (size_t j = 0; j < columns; ++j) columns_[j * rows + r] = matrix_.values[r * columns + j];
  });
}

float MatrixTruth::DistanceByColumns(size_t i, size_t j) const {
  const auto rows = At(matrix_.rows);
  const float *a = columns_.data() + i * rows, *b = columns_.data() + j * rows;
  float sum = 0;
  for (size_t r = 0; r < rows; ++r) sum += (a[r] - b[r]) * (a[r] - b[r]);
  return std::sqrt(sum);
}

std::shared_ptr<const MatrixTruth> LoadMatrixTruth(const MatrixConfig& config,
                                                   const std::string& data_name,
                                                   const DataOptions& options,
                                                   const Dataset& dataset) {
  const auto load = [&] {
    if (config.source == "fitted") return FitMatrix(config, dataset);
    if (config.source == "data") return LoadDataMatrix(data_name, options);
    if (config.file.empty())
      throw Error(ErrorKind::kConfig,
                  "env.matrix.file is missing; name a matrix file, or set env.matrix.source");
    return ReadMatrix(config.file);
  };
  return std::make_shared<const MatrixTruth>(load(), dataset);
}

}  // namespace lerl
