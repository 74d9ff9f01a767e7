#pragma once
// A session for which a user's latest training rows stand: cut into slates, in time order, it shows
// what planners do at a later step where nobody plays.

#include <cstdint>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

struct PastSlate {
  std::vector<int32_t> items;       // [K]
  std::vector<uint32_t> responses;  // [K] bit 0: the main behaviour; other behaviours are left out
};

// The user's latest slates * slate_size training rows as that many slates of K = slate_size items.
// The user must have so many training rows.
std::vector<PastSlate> PastSlates(const Dataset& dataset, const Split& split, int64_t user,
                                  int64_t slates, int64_t slate_size);

}  // namespace lerl
