#pragma once
// Generated data sets for tests and benchmarks: planted tastes, so that models have something to
// learn. Users like items of some categories and dislike others.

#include <cstdint>

#include "lerl/data/dataset.h"

namespace lerl {

struct SyntheticConfig {
  int64_t users = 60;
  int64_t items = 150;
  int64_t categories = 8;  // each item has one or two
  int64_t behaviours = 1;  // "like", "behaviour_1", ...
  int64_t rows_per_user = 40;
  uint64_t seed = 1;
};

Dataset MakeSyntheticDataset(const SyntheticConfig& config);

}  // namespace lerl
