#pragma once
// Weighted means of rows of a matrix by category, pulled towards the mean of all:
//
//   m_c = (sum_{i in c} p_i v_i + L m) / (sum_{i in c} p_i + L)
//   m   = sum_i p_i v_i / sum_i p_i
//
//   v_i   row of item i
//   p_i   its weight, such as the root of its training rows
//   L     prior: a category with little weight stays near m; 0: its own items alone count
//
// Axes: I items, C categories.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"

namespace lerl {

class CategoryMeans {
 public:
  // `matrix` [I, width]; `weights` [I] are 0 or at least 1, and so many items the data set has.
  CategoryMeans(const Dataset& dataset, std::span<const double> weights,
                std::span<const float> matrix, double prior);

  size_t width() const { return width_; }
  // m_c [width]; null where prior and weights are 0.
  std::span<const double> Of(int32_t category) const;
  std::span<const double> OfAll() const { return all_; }  // m [width]; zeros without weights

 private:
  const size_t width_;
  std::vector<double> means_;      // [C, width]
  std::vector<uint8_t> has_mean_;  // [C]
  std::vector<double> all_;        // [width]
};

}  // namespace lerl
