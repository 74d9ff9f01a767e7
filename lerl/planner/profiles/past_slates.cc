#include "lerl/planner/profiles/past_slates.h"

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {

std::vector<PastSlate> PastSlates(const Dataset& dataset, const Split& split, int64_t user,
                                  int64_t slates, int64_t slate_size) {
  const auto past = PastRows(dataset, split, user);
  const int64_t before = std::ranges::ssize(past) - slates * slate_size;
  LERL_CHECK(before >= 0);
  std::vector<PastSlate> cut(At(slates));
  for (int64_t n = 0; n < slates * slate_size; ++n) {
    const auto row = At(past[before + n]);
    PastSlate& slate = cut[At(n / slate_size)];
    slate.items.push_back(dataset.items[row]);
    slate.responses.push_back(dataset.responses[0][row]);
  }
  return cut;
}

}  // namespace lerl
