#pragma once
// Generated data sets for tests and benchmarks. Users like some categories and dislike others, so
// that models have something to learn:
//
//   y_uif ~ Bernoulli(sigmoid(quality_i - 0.3 + mean_c taste_uc - f))
//
//   y_uif       the response of user u to item i by behaviour f = 0, 1, ...
//   taste_uc    1.5 times a standard normal; the mean is over the categories of i
//   quality_i   0.5 times a standard normal

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
