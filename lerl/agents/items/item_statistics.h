#pragma once
// What the training rows say about an item beside its factors: how many users it has, how well it
// is liked, and which items it shares users with. DNaIR defines them (Shi et al., doi
// 10.1145/3618107); its public code counts the test rows in.
//
//   popularity(i) = (n_i - min n) / (max n - min n)     in [0, 1]; 0 if all n are equal        (1)
//   quality(i)    = (likes_i + 1) / (rows_i + 2)        in (0, 1)                              (2)
//   sim(i, j)     = c_ij / sqrt(n_i n_j)                in [0, 1]; 0 if no user has both       (3)
//
//   n_i              users who have item i in their training rows
//   c_ij             users who have both items
//   rows_i, likes_i  training rows of item i, and those of them with the first behaviour
// Quality is the mean of a Beta posterior with a uniform prior; sim is the cosine of the two items'
// columns of users.

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
  // Writes sim(item, .) into `row` [I], with 0 at the item itself.
  void SimilarityRow(int32_t item, std::span<float> row) const;

 private:
  std::span<const int32_t> UsersOf(int32_t item) const;
  std::span<const int32_t> ItemsOf(int32_t user) const;

  std::vector<float> popularity_, quality_;
  // Each user's items and each item's users, ascending and without repeats: those of user u are
  // user_items_[user_offsets_[u]] up to user_items_[user_offsets_[u + 1]], likewise for items.
  std::vector<size_t> user_offsets_, item_offsets_;
  std::vector<int32_t> user_items_, item_users_;
};

}  // namespace lerl
