#include "lerl/eval/audit/cold_start.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {

World CutHistories(const World& world, const MfConfig& factors) {
  World cold = world;
  Split& split = cold.split;
  const std::vector<int32_t> all = std::move(split.train_users);
  if (all.size() < 2)
    throw Error(ErrorKind::kData,
                "cold start: " + world.dataset.name +
                    " has fewer than 2 training users; raise split.train_users or use more data");
  // Only every second training user is played with; the others keep their rows.
  split.train_users.clear();
  for (size_t i = 0; i < all.size(); i += 2) split.train_users.push_back(all[i]);
  // The past of all who play is cut: their training rows end after the first kColdRows.
  for (const std::vector<int32_t>* users : UserLists(split)) {
    for (const int32_t user : *users) {
      int64_t& end = split.train_end[At(user)];
      end = std::min(end, world.dataset.RowsBegin(user) + kColdRows);
    }
  }
  cold.factors = FitItemFactors(cold.dataset, split, factors);
  return cold;
}

}  // namespace lerl
