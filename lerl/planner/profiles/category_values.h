#pragma once
// CategoryValues: what each category is worth to a user by the policy side's own factorisation,
// which knows nothing of the simulator's truth.
//
//   v_uc = mean of z_ui over the `best_items` items i of category c with the largest z_ui
//   z_ui = (logit_ui - mean_i logit_ui) / sd_i logit_ui
//
//   logit_ui   of the factorisation, for user u and item i; mean and sd over all items
//
// A category with fewer items takes the mean over all of them. A category without items has the
// value kNoItems, less than any other.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

inline constexpr double kNoItems = -1e9;

class CategoryValues {
 public:
  // Both must outlive the values.
  CategoryValues(const Dataset& dataset, const MfModel& model, int64_t best_items)
      : dataset_(dataset), model_(model), best_items_(best_items) {}

  // [C]; the reference lives as long as the values.
  const std::vector<double>& Of(int32_t user);

 private:
  std::vector<double> Compute(int32_t user) const;

  const Dataset& dataset_;
  const MfModel& model_;
  const int64_t best_items_;
  std::unordered_map<int32_t, std::vector<double>> values_;
};

}  // namespace lerl
