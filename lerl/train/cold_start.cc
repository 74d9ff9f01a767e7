#include "lerl/train/cold_start.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {

World CutHistories(const World& whole, const MfConfig& factors, int64_t rows) {
  World cold = whole;
  Split& split = cold.split;
  const std::vector<int32_t> all = std::move(split.train_users);
  if (all.size() < 2)
    throw Error(ErrorKind::kData,
                "cold start: " + cold.dataset.name +
                    " has fewer than 2 training users; raise split.train_users or use more data");
  // Only every second training user is played with; the others keep their rows.
  split.train_users.clear();
  for (size_t i = 0; i < all.size(); i += 2) split.train_users.push_back(all[i]);
  // The past of all who play is cut: their training rows end after the first `rows`.
  for (const std::vector<int32_t>* users : UserLists(split)) {
    for (const int32_t user : *users) {
      int64_t& end = split.train_end[At(user)];
      end = std::min(end, cold.dataset.RowsBegin(user) + rows);
    }
  }
  cold.factors = FitItemFactors(cold.dataset, split, factors);
  return cold;
}

}  // namespace lerl
