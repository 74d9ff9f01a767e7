#pragma once
// Groups of items, and how much a user has lately wanted of each: what `her4if` weighs
// (agents/her4if.h).
//
//   kind         groups                                         fame_g
//   popularity   G = 2: 0 the popular items, 1 the long tail    1 for g = 0, 0 for g = 1
//   categories   G = C + 1: one for each category, and the      training rows of group g, divided
//                last one for the items without any             by those of the largest group
//
// Popular are the items with the most training rows: the share `popular_share` of all items, at
// least one. An item of several categories is shared evenly among them.
//
// A user's preference is the share of each group among the items that the user liked, forgetting
// exponentially:
//
//   u_g   = sum_j delta^(L-j) x_jg / sum_j delta^(L-j)                                         (1)
//   delta = exp(-1 / memory)                                                                   (2)
//
//   j      the user's likes, 1 to L, oldest first
//   x_jg   share of like j's item in group g
// Without a like, u_g is the share of the group among all likes of the log.
//
// Difference from the public code: one delta serves log and session, and every like counts. There
// the log forgets by exp(-1/2) and the session by exp(-1/16), and in the session only likes of
// popular items count, so that u never falls.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

struct ItemGroups {
  int64_t count = 0;          // G
  std::vector<float> shares;  // x [I, G], rows sum to 1
  std::vector<float> fame;    // [G] in [0, 1]
  std::vector<float> likes;   // [G] shares of the groups in all likes of the training rows, sum 1

  std::span<const float> Of(int32_t item) const {
    return {shares.data() + At(item * count), At(count)};
  }
};

// `kind` is "popularity" or "categories".
ItemGroups MakeItemGroups(const Dataset& dataset, const Split& split, const std::string& kind,
                          double popular_share);

// GroupPreference: u of one user, equation (1), kept up to date like by like.
class GroupPreference {
 public:
  // `groups` must outlive this object.
  GroupPreference(const ItemGroups& groups, double memory);

  // Takes in one more like.
  void Like(int32_t item);
  // Takes in the likes of the user's training rows, oldest first.
  void LikePast(const Dataset& dataset, const Split& split, int32_t user);
  void Write(std::span<float> u) const;  // u [G], which sums to 1

 private:
  const ItemGroups* groups_;
  double delta_;
  std::vector<double> sum_;  // [G]
  double weight_ = 0;
};

}  // namespace lerl
