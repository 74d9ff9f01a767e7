#pragma once
// The training rows of all users as columns. The models of the policy side are fitted on them.

#include <cstdint>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

// N rows, ordered by user and within a user by time.
struct TrainingRows {
  std::vector<int32_t> users, items;  // [N]
  std::vector<float> responses;       // [N] the first behaviour, 0 or 1
};

TrainingRows CollectTrainingRows(const Dataset& dataset, const Split& split);

}  // namespace lerl
