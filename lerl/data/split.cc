#include "lerl/data/split.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

// The number of rows in a share of `rows`, rounded down. The 1e-9 keeps 0.8 * 10 at 8.
int64_t Part(int64_t rows, double share) {
  return static_cast<int64_t>(std::floor(static_cast<double>(rows) * share + 1e-9));
}

void CutByUserOrder(const Dataset& dataset, const SplitConfig& config, Split& split) {
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    const int64_t begin = dataset.RowsBegin(user);
    const int64_t rows = dataset.RowsEnd(user) - begin;
    split.train_end.push_back(begin + Part(rows, config.train_share));
    split.valid_end.push_back(begin + Part(rows, config.train_share + config.valid_share));
  }
}

// The value that would stand at `place` if the values were sorted. Four passes over them, each of
// which settles 16 bits, need no copy of them.
int64_t ValueAt(std::span<const int64_t> values, int64_t place) {
  constexpr int kBits = 16;
  const auto key = [](int64_t value) { return static_cast<uint64_t>(value) ^ (uint64_t{1} << 63); };
  uint64_t known = 0, mask = 0;
  std::vector<int64_t> counts(size_t{1} << kBits);
  for (int shift = 64 - kBits; shift >= 0; shift -= kBits) {
    std::ranges::fill(counts, 0);
    for (const int64_t value : values)
      if ((key(value) & mask) == known) ++counts[key(value) >> shift & (counts.size() - 1)];
    uint64_t digit = 0;
    while (place >= counts[digit]) place -= counts[digit++];
    known |= digit << shift;
    mask |= (uint64_t{counts.size()} - 1) << shift;
  }
  return static_cast<int64_t>(key(static_cast<int64_t>(known)));
}

// Rows at the time of the cut fall after it, so that rows of equal times are never separated.
void CutByTime(const Dataset& dataset, const SplitConfig& config, Split& split) {
  const auto time_at = [&dataset](double share) {
    const int64_t rows = dataset.num_interactions();
    return ValueAt(dataset.times_ms.span(), std::min(Part(rows, share), rows - 1));
  };
  const int64_t first_cut = time_at(config.train_share);
  const int64_t second_cut = time_at(config.train_share + config.valid_share);
  const int64_t* column = dataset.times_ms.data();
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    const int64_t* begin = column + dataset.RowsBegin(user);
    const int64_t* end = column + dataset.RowsEnd(user);
    split.train_end.push_back(std::lower_bound(begin, end, first_cut) - column);
    split.valid_end.push_back(std::lower_bound(begin, end, second_cut) - column);
  }
}

// How many of the users are sealed, of whom `held_out` are neither of training nor of validation.
int64_t SealedUsers(int64_t users, int64_t held_out, double share) {
  if (share <= 0) return 0;
  const int64_t wanted =
      std::max<int64_t>(std::llround(static_cast<double>(users) * share), kWantedSealed);
  const int64_t sealed = std::min(wanted, held_out / 2);
  return sealed < kFewestSealed ? 0 : sealed;
}

// Ranks the users who may be played by a hash of seed and id. The hash of a user depends neither on
// the other users nor on their order.
void DrawUsers(const Dataset& dataset, const SplitConfig& config, Split& split) {
  const uint64_t seed = DeriveSeed(static_cast<uint64_t>(config.seed), "policy users");
  std::vector<std::pair<uint64_t, int32_t>> ranked;
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    const auto index = At(user);
    if (std::ranges::ssize(PastRows(dataset, split, user)) < config.min_past) continue;
    const std::string& id = dataset.user_ids[index];
    ranked.emplace_back(Hash(std::as_bytes(std::span(id)), seed), static_cast<int32_t>(user));
  }
  if (ranked.size() < 2)
    throw Error(ErrorKind::kData,
                dataset.name + ": " + (ranked.empty() ? "no user has " : "only one user has ") +
                    std::to_string(config.min_past) +
                    " rows before the cut; lower split.min_past or raise split.train_share "
                    "(at least 2 users are needed)");
  std::sort(ranked.begin(), ranked.end());
  const auto users = std::ssize(ranked);
  const auto rounded = [users](double share) {
    return static_cast<int64_t>(std::llround(static_cast<double>(users) * share));
  };
  const int64_t train = std::clamp<int64_t>(rounded(config.train_users), 1, users - 1);
  const int64_t valid = std::min(rounded(config.valid_users), users - 1 - train);
  const int64_t sealed = SealedUsers(users, users - train - valid, config.sealed_users);
  for (int64_t rank = 0; rank < users; ++rank) {
    std::vector<int32_t>& part = rank < train            ? split.train_users
                                 : rank < train + valid  ? split.valid_users
                                 : rank < users - sealed ? split.test_users
                                                         : split.sealed_users;
    part.push_back(ranked[At(rank)].second);
  }
  for (std::vector<int32_t>* part : UserLists(split)) std::sort(part->begin(), part->end());
}

}  // namespace

const std::vector<int32_t>& HeldOutUsers(const Split& split, HeldOut which) {
  switch (which) {
    case HeldOut::kValidation:
      return split.valid_users;
    case HeldOut::kTest:
      return split.test_users;
    case HeldOut::kSealed:
      return split.sealed_users;
  }
  FailCheck(__FILE__, __LINE__, "unknown held-out users");
}

void RequireHeldOut(const Split& split, HeldOut which) {
  if (!HeldOutUsers(split, which).empty()) return;
  throw Error(ErrorKind::kConfig,
              std::string("the split has no ") + kHeldOutNames[At(which)] + " users; " +
                  (which == HeldOut::kValidation
                       ? "raise split.valid_users"
                       : "use more data, lower split.train_users or raise split.sealed_users (20 "
                         "users beside those of training and validation are needed to seal some)"));
}

void CloseHeldOut(Split& split, HeldOut open) {
  split.closed.assign(split.train_end.size(), 0);
  for (const HeldOut which : {HeldOut::kTest, HeldOut::kSealed}) {
    if (which == open) continue;
    for (const int32_t user : HeldOutUsers(split, which)) split.closed[At(user)] = 1;
  }
}

Split WithNobodyClosed(Split split) {
  split.closed.clear();
  return split;
}

Split MakeSplit(const Dataset& dataset, const SplitConfig& config) {
  if (config.train_share + config.valid_share >= 1)
    throw Error(
        ErrorKind::kConfig,
        "split.train_share + split.valid_share must stay below 1, or no test rows are left");
  if (config.train_users + config.valid_users >= 1)
    throw Error(
        ErrorKind::kConfig,
        "split.train_users + split.valid_users must stay below 1, or no test users are left");
  Split split;
  split.mode = config.mode == "auto" ? dataset.suggested_split : config.mode;
  split.train_end.reserve(dataset.user_ids.size());
  split.valid_end.reserve(dataset.user_ids.size());
  if (split.mode == "global_cut" && dataset.num_interactions() > 0) {
    CutByTime(dataset, config, split);
  } else {
    CutByUserOrder(dataset, config, split);
  }
  DrawUsers(dataset, config, split);
  return split;
}

}  // namespace lerl
