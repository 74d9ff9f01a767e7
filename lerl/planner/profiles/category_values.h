#pragma once
// What each category is worth to a user by the policy side's own factorisation (no truth of the
// simulator):
//   v_uc = mean over the user's `best_items` items of category c of z, the logits standardised over
//          all items for this user
// A category without items is worth less than any other.

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
