#pragma once
// What the training rows say of items beside their factors: how many users, how well liked, which
// items they share users with.
//
//   popularity(i) = (n_i - min n) / (max n - min n)      n_i users with i; in [0, 1]; 0 if all
//   alike quality(i)    = (likes_i + 1) / (rows_i + 2)         mean of a Beta posterior, uniform
//   prior sim(i, j)     = c_ij / sqrt(n_i n_j)                 c_ij users with both: cosine, in [0,
//   1]
// Definitions: DNaIR (Shi et al., doi 10.1145/3618107), whose public code counts the test rows in.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

class ItemStatistics {
 public:
  ItemStatistics(const Dataset& dataset, const Split& split);

  std::span<const float> popularity() const { return popularity_; }  // [I]
  std::span<const float> quality() const { return quality_; }        // [I]
  float Similarity(int32_t a, int32_t b) const;
  // sim(item, .) into `row` [I]; 0 at the item itself.
  void SimilarityRow(int32_t item, std::span<float> row) const;

 private:
  std::span<const int32_t> UsersOf(int32_t item) const;
  std::span<const int32_t> ItemsOf(int32_t user) const;

  std::vector<float> popularity_, quality_;
  // Each user's items and each item's users, once each, ascending.
  std::vector<size_t> user_offsets_, item_offsets_;
  std::vector<int32_t> user_items_, item_users_;
};

}  // namespace lerl
