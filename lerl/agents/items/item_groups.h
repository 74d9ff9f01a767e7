#pragma once
// Groups of items, and how much a user has lately wanted of each: what `her4if` weighs
// (agents/her4if.h).
//
//   popularity   two groups, G = 2: 0 the popular items, those with the most training rows
//                (`popular_share` of all items, at least one); 1 the long tail
//   categories   G = C + 1: an item is shared evenly among its categories; the last group holds the
//                items without any
//   fame_g       popularity: 1, 0;  categories: training rows of the group / those of the largest
//
// A user's preference is the share of each group among the items that were liked, forgetting
// exponentially, delta = exp(-1 / memory):
//   u_g = sum_j delta^(L-j) x_{j g} / sum_j delta^(L-j)      likes j = 1..L, x_j the item's shares
// Without a like it is the share of each group among all likes of the log. One delta serves log and
// session, and every like counts. (The public code forgets by exp(-1/2) in the log and by
// exp(-1/16) in play, where only likes of popular items count, so that its u never falls.)

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

struct ItemGroups {
  int64_t count = 0;          // G
  std::vector<float> shares;  // x [I, G], rows sum to 1
  std::vector<float> fame;    // [G] in [0, 1]
  std::vector<float> likes;   // [G] shares among all likes of the training rows, sum 1

  std::span<const float> Of(int32_t item) const {
    return {shares.data() + static_cast<size_t>(item * count), static_cast<size_t>(count)};
  }
};

// `kind` is "popularity" or "categories".
ItemGroups MakeItemGroups(const Dataset& dataset, const Split& split, const std::string& kind,
                          double popular_share);

class GroupPreference {
 public:
  // `groups` must outlive this object.
  GroupPreference(const ItemGroups& groups, double memory);

  void Like(int32_t item);
  // Likes of the user's training rows, oldest first.
  void LikePast(const Dataset& dataset, const Split& split, int32_t user);
  void Write(std::span<float> u) const;  // [G], sums to 1

 private:
  const ItemGroups* groups_;
  double delta_;
  std::vector<double> sum_;  // [G]
  double weight_ = 0;
};

}  // namespace lerl
