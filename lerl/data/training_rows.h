#pragma once
// The training rows of all users as columns: what models of the policy side are fitted on.

#include <cstdint>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

// N rows, users ascending, within a user by time.
struct TrainingRows {
  std::vector<int32_t> users, items;  // [N]
  std::vector<float> responses;       // [N] the first behaviour, 0 or 1
};

TrainingRows CollectTrainingRows(const Dataset& dataset, const Split& split);

}  // namespace lerl
