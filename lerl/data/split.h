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
// Users with fewer than `min_past` training rows are not played. The U others are divided by a
// seeded draw that does not depend on their order:
//
//   training     policies learn from playing with them
//   validation   settings are chosen on them
//   test         results are judged on them
//   sealed       taken out of the test users, for the last word: nothing plays with them unless it
//                is told to
//
// Training and validation users follow from their shares. Let H be the number of the rest. Of these
//
//   sealed = min(max(share U, kWantedSealed), H / 2)
//
// are sealed, so that at least as many are left for tests. Where that would be fewer than
// kFewestSealed, nobody is: so few users would show nothing. Nobody is where the share is 0.

#include <algorithm>
#include <array>
#include <cstdint>
#include <ranges>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/base/index.h"
#include "lerl/data/dataset.h"

namespace lerl {

inline constexpr int64_t kWantedSealed = 50, kFewestSealed = 10;

struct SplitConfig {
  std::string mode = "auto";
  double train_share = 0.8;
  double valid_share = 0.1;
  int64_t min_past = 5;
  double train_users = 0.7;
  double valid_users = 0.1;
  double sealed_users = 0.1;
  int64_t known_rows = -1;
  double new_items = 0;
  std::string new_category = "";
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
    visit("sealed_users", sealed_users,
          "share that only --sealed plays, of the test users; at least 50, at most half of them",
          Range{0.0, 0.5});
    visit("known_rows", known_rows,
          "first training rows of whom they play that policies know, for cold starts; -1: all",
          Range{-1, 1e6});
    visit("new_items", new_items, "share of the items whose rows policies don't know",
          Range{0, 0.99});
    visit("new_category", new_category,
          "a category all of whose items are new to policies; empty: none");
    visit("seed", seed, "of the draws of users and of new items", Range{0, 9e15});
  }
};

// Which users a policy is judged by. No policy trained on any of them.
enum class HeldOut { kValidation, kTest, kSealed };
inline constexpr const char* kHeldOutNames[] = {"validation", "test", "sealed"};

struct Split {
  std::string mode;                  // "user_order" or "global_cut"
  std::vector<int64_t> train_end;    // [U] row index
  std::vector<int64_t> valid_end;    // [U] row index
  std::vector<int32_t> train_users;  // the four lists of users are ascending and disjoint
  std::vector<int32_t> valid_users;
  std::vector<int32_t> test_users;
  std::vector<int32_t> sealed_users = {};
  // [U] 1: environments refuse to start a session of the user. Empty: they refuse nobody.
  std::vector<uint8_t> closed = {};
  // [I] 1: policies know no row of the item (data/new_items.h). Empty: no item is new.
  std::vector<uint8_t> new_items = {};
};

// The four lists of users who may be played: training, validation, test, sealed.
template <typename S>
auto UserLists(S& split) {
  return std::array{&split.train_users, &split.valid_users, &split.test_users, &split.sealed_users};
}

const std::vector<int32_t>& HeldOutUsers(const Split& split, HeldOut which);
// Throws Error(kConfig) where there are none, and says what to do.
void RequireHeldOut(const Split& split, HeldOut which);
// Closes the test users and the sealed users, but for those of `open`.
void CloseHeldOut(Split& split, HeldOut open);
// The same split with nobody closed.
Split WithNobodyClosed(Split split);

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
