#include "lerl/serve/new_item_draw.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {

ShownCounts::ShownCounts(int32_t first, const std::vector<Item>& items)
    : first_(first), counts_(items.size()) {
  for (size_t n = 0; n < items.size(); ++n) {
    counts_[n].id = items[n].id;
    counts_[n].shown = items[n].shown;
  }
}

int64_t ShownCounts::Of(int32_t item) const { return counts_.at(At(item - first_)).shown; }

void ShownCounts::Add(std::span<const int32_t> slate) {
  for (const int32_t item : slate) {
    if (item < first_ || item >= end()) continue;
    Count& count = counts_[At(item - first_)];
    ++count.shown;
    ++count.fresh;
  }
}

std::map<std::string, int64_t> ShownCounts::TakeNew() {
  std::map<std::string, int64_t> fresh;
  for (Count& count : counts_)
    if (const int64_t times = count.fresh.exchange(0); times > 0) fresh[count.id] = times;
  return fresh;
}

std::vector<float> OptimisticScores(std::span<const float> scores,
                                    std::span<const int32_t> candidates, const ShownCounts& shown) {
  std::vector<float> raised(scores.begin(), scores.end());
  if (candidates.empty()) return raised;
  float best = scores[At(candidates[0])];
  for (const int32_t item : candidates) best = std::max(best, scores[At(item)]);
  for (auto item = std::ranges::lower_bound(candidates, shown.first());
       item != candidates.end() && *item < shown.end(); ++item) {
    const double r = kHalfShown / (kHalfShown + static_cast<double>(shown.Of(*item)));
    float& score = raised[At(*item)];
    score += static_cast<float>(r) * (best - score);
  }
  return raised;
}

DrawnSlate Mixed(const DrawnSlate& usual, const DrawnSlate& optimistic, double share) {
  LERL_CHECK(usual.items == optimistic.items);
  DrawnSlate mixed{.items = usual.items};
  double log_usual = 0, log_optimistic = 0;  // of the slate's items so far
  for (size_t k = 0; k < usual.items.size(); ++k) {
    log_usual += usual.log_probabilities[k];
    log_optimistic += optimistic.log_probabilities[k];
    const double log_p = LogAdd(std::log1p(-share) + log_usual, std::log(share) + log_optimistic);
    mixed.log_probabilities.push_back(log_p - mixed.log_probability);
    mixed.probabilities.push_back(std::exp(log_p - mixed.log_probability));
    mixed.log_probability = log_p;
  }
  return mixed;
}

}  // namespace lerl
