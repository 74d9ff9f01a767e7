#pragma once
// The training rows of all users as columns. The models of the policy side are fitted on them:
// on all of them, 12 bytes each, or on as many as are drawn.

#include <cstdint>
#include <functional>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

// N rows, ordered by user and within a user by time.
struct TrainingRows {
  std::vector<int32_t> users, items;  // [N]
  std::vector<float> responses;       // [N] the first behaviour, 0 or 1, if nothing else is said
};

TrainingRows CollectTrainingRows(const Dataset& dataset, const Split& split);

// So many of them at most, each with the same chance, drawn by `seed`.
TrainingRows DrawTrainingRows(const Dataset& dataset, const Split& split, int64_t most,
                              uint64_t seed);
// The same of all rows of the log, with what `response` says of a row.
TrainingRows DrawRows(const Dataset& dataset, const std::function<float(size_t)>& response,
                      int64_t most, uint64_t seed);

}  // namespace lerl
