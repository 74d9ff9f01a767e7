#pragma once
// The split of interactions by time, and the split of users for policies.
//
// The rows of a user are in time order, so two boundaries split them:
//   training     [RowsBegin, train_end)
//   validation   [train_end, valid_end)
//   test         [valid_end, RowsEnd)
//
// Modes:
//   user_order   each user's own rows in the shares 80/10/10 (for MovieLens, most of whose users
//                appear in one sitting)
//   global_cut   the same two points in time for everyone (for KuaiRand and KuaiRec)
//
// Users with fewer than `min_past` training rows are not played. The others are divided between
// training, validation and test of policies by a seeded draw that does not depend on their order.

#include <algorithm>
#include <cstdint>
#include <ranges>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/base/index.h"
#include "lerl/data/dataset.h"

namespace lerl {

struct SplitConfig {
  std::string mode = "auto";
  double train_share = 0.8;
  double valid_share = 0.1;
  int64_t min_past = 5;
  double train_users = 0.7;
  double valid_users = 0.1;
  int64_t seed = 1;

  void VisitFields(FieldVisitor& visit) {
    visit("mode", mode, "how rows are split; auto is what the data set's source suggests",
          {"auto", "user_order", "global_cut"});
    visit("train_share", train_share, "share of rows before the first cut", Range{0.01, 0.98});
    visit("valid_share", valid_share, "share of rows between the cuts", Range{0.005, 0.5});
    visit("min_past", min_past, "training rows that a user needs to be played", Range{1, 1e6});
    visit("train_users", train_users, "share of playable users that policies train on",
          Range{0.01, 0.98});
    visit("valid_users", valid_users, "share that policies are tuned on; the rest is for tests",
          Range{0.0, 0.5});
    visit("seed", seed, "of the draw of users", Range{0, 9e15});
  }
};

struct Split {
  std::string mode;                  // "user_order" or "global_cut"
  std::vector<int64_t> train_end;    // [U] row index
  std::vector<int64_t> valid_end;    // [U] row index
  std::vector<int32_t> train_users;  // the three lists of users are ascending and disjoint
  std::vector<int32_t> valid_users;
  std::vector<int32_t> test_users;
};

// The training rows of a user, which are the user's past: row indices, in time order.
//
//   for (const int64_t row : PastRows(dataset, split, user))
inline std::ranges::iota_view<int64_t, int64_t> PastRows(const Dataset& dataset, const Split& split,
                                                         int64_t user) {
  const int64_t begin = dataset.RowsBegin(user);
  return std::views::iota(begin, std::max(begin, split.train_end[At(user)]));
}

// Throws Error(kData) when fewer than two users may be played, and Error(kConfig) when the shares
// leave nothing for the tests.
Split MakeSplit(const Dataset& dataset, const SplitConfig& config);

}  // namespace lerl
