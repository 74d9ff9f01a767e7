#pragma once
// What a category is worth to a user by the policy side's own factorisation (no truth of the
// simulator):
//   v_uc   mean over the user's best_items items of category c of z, the logits standardised over
//          all items for this user; kNoItems for a category without items
//
// Computed once per user and kept. One object serves one thread.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "lerl/data/dataset.h"

namespace lerl {

struct MfModel;

class CategoryValues {
 public:
  static constexpr double kNoItems = -1e9;

  // The data set and the model must outlive the object.
  CategoryValues(const Dataset& dataset, const MfModel& model, int64_t best_items)
      : dataset_(dataset), model_(model), best_items_(best_items) {}

  // [C]; lives as long as the object.
  const std::vector<double>& Of(int32_t user);

 private:
  std::vector<double> Compute(int32_t user) const;
  double MeanOfBest(std::vector<double>& z) const;

  const Dataset& dataset_;
  const MfModel& model_;
  const int64_t best_items_;
  std::unordered_map<int32_t, std::vector<double>> values_;
};

}  // namespace lerl
