#include "lerl/train/held_out.h"

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {

std::vector<SessionSpec> HeldOutSessions(const Split& split, HeldOut which, int64_t users,
                                         int64_t seed) {
  std::vector<int32_t> order = HeldOutUsers(split, which);
  Rng(0, "held-out users").Shuffle(std::span(order));
  if (users > 0) order.resize(std::min(order.size(), At(users)));
  std::sort(order.begin(), order.end());
  std::vector<SessionSpec> specs;
  for (const int32_t user : order)
    specs.push_back({user, DeriveSeed(static_cast<uint64_t>(seed), "held-out session",
                                      static_cast<uint64_t>(user))});
  return specs;
}

}  // namespace lerl
