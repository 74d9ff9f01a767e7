#pragma once
// MatrixTruth: what the matrix task reads its rewards from. It is a full matrix, tied to the users
// and items of a data set, and the distances between its columns. Axes: U users and I items of the
// data set, R rows and J columns of the matrix. Users without a row can't be played, and items
// without a column can't be shown.
//
// Sources (env.matrix.source):
//   data     the data set's own matrix: that of a TOML file with `matrix`, of `coat-like`, or
//            KuaiRec's small matrix, whose rows and columns are found by their ids
//   file     a matrix file whose rows and columns are the users and items of the data set, in order
//   fitted   the prediction of a logistic factorisation (nn/matrix_factorisation.h) for every user
//            and item, fitted on a random share (env.matrix.mf.row_share) of the whole log:
//              m_ui = sigmoid(logit_ui)                      target = "response"
//              m_ui = low + (high - low) sigmoid(logit_ui)   target = "value"
//            The first is the probability of the first behaviour, the second a value on the log's
//            own scale, from low to high.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/matrix.h"
#include "lerl/data/options.h"

namespace lerl {

struct MatrixConfig;  // sim/env_config.h

class MatrixTruth {
 public:
  // Finds rows and columns by their ids. A matrix without ids has the data set's users and items in
  // order. Throws Error(kData) when the matrix knows a user or item that the data set does not, or
  // when it has no ids and another shape.
  MatrixTruth(UserItemMatrix matrix, const Dataset& dataset);

  bool HasUser(int32_t user) const { return row_of_user_[static_cast<size_t>(user)] >= 0; }
  bool HasItem(int32_t item) const { return column_of_item_[static_cast<size_t>(item)] >= 0; }

  // The user's row and the item's column must exist (not checked).
  float Value(int32_t user, int32_t item) const {
    return matrix_.At(row_of_user_[static_cast<size_t>(user)],
                      column_of_item_[static_cast<size_t>(item)]);
  }
  // The Euclidean distance between the columns of two items. Both items must have a column, and
  // PrepareDistances must have been called (not checked).
  float Distance(int32_t a, int32_t b) const {
    const auto i = static_cast<size_t>(column_of_item_[static_cast<size_t>(a)]),
               j = static_cast<size_t>(column_of_item_[static_cast<size_t>(b)]);
    return distances_.empty() ? DistanceByColumns(i, j)
                              : distances_[i * static_cast<size_t>(matrix_.columns) + j];
  }
  // Makes the table of distances, or a copy of the matrix by columns if it has more than
  // kLargestTable of them. Does nothing when called again; any thread may call it.
  void PrepareDistances() const;
  static constexpr int64_t kLargestTable = 4096;  // columns; the table then takes 64 MB

  float lowest() const { return lowest_; }  // least and largest value over all cells
  float highest() const { return highest_; }
  const UserItemMatrix& matrix() const { return matrix_; }

 private:
  float DistanceByColumns(size_t i, size_t j) const;

  UserItemMatrix matrix_;
  std::vector<int32_t> row_of_user_, column_of_item_;  // [U], [I]; -1: none
  float lowest_ = 0, highest_ = 0;
  mutable std::once_flag prepared_;
  mutable std::vector<float> distances_;  // [J, J]
  mutable std::vector<float> columns_;    // [J, R]
};

// Loads or fits the matrix. `data_name` is data.name of the configuration that gave the data set;
// source "data" needs it. Throws Error(kConfig) when the source has no matrix, and Error(kData)
// when the matrix is wrong.
std::shared_ptr<const MatrixTruth> LoadMatrixTruth(const MatrixConfig& config,
                                                   const std::string& data_name,
                                                   const DataOptions& options,
                                                   const Dataset& dataset);

}  // namespace lerl
