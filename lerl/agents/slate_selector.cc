#include "lerl/agents/slate_selector.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {

void ItemsInPlan(const Dataset& dataset, std::span<const uint8_t> plan, std::span<uint8_t> inside) {
  LERL_CHECK_EQ(std::ssize(plan), dataset.num_categories());
  LERL_CHECK_EQ(std::ssize(inside), dataset.num_items());
  if (std::all_of(plan.begin(), plan.end(), [](uint8_t in) { return in != 0; })) {
    std::fill(inside.begin(), inside.end(), uint8_t{1});
    return;
  }
  for (size_t item = 0; item < inside.size(); ++item) {
    uint8_t any = 0;
    for (const int32_t category : dataset.CategoriesOf(static_cast<int64_t>(item)))
      any |= plan[At(category)];
    inside[item] = any;
  }
}

void SelectSlate(std::span<const float> scores, std::span<const uint8_t> inside,
                 std::span<const uint8_t> excluded, std::span<int32_t> slate) {
  // Items are inserted into a short sorted list. Nearly every item costs one comparison, with the
  // last one of the list.
  const size_t k = slate.size();
  size_t filled = 0;
  float last = 0;
  for (size_t item = 0; item < scores.size(); ++item) {
    const float score = scores[item];
    if (filled == k && !(score > last)) continue;
    if (inside[item] == 0 || excluded[item] != 0) continue;
    const auto score_at = [&](size_t i) { return scores[At(slate[i])]; };
    size_t place = filled < k ? filled++ : k - 1;
    for (; place > 0 && score > score_at(place - 1); --place) slate[place] = slate[place - 1];
    slate[place] = static_cast<int32_t>(item);
    if (filled == k) last = score_at(k - 1);
  }
  LERL_CHECK_EQ(filled, k);
}

}  // namespace lerl
