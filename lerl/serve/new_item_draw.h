#pragma once
// How items that a product added get shown although nobody is known to like them: some slates are
// drawn with optimism about them, which ends as they are shown.
//
//   r_i  = h / (h + n_i)                           of an added item; 0 of any other             (1)
//   s'_i = s_i + r_i (max_j s_j - s_i)             j over the candidates                        (2)
//   P(a) = (1 - q) P_s(a) + q P_s'(a)                                                           (3)
//   P(a_k | a_1 .. a_k-1) = P(a_1 .. a_k) / P(a_1 .. a_k-1)                                     (4)
//
//   s_i    what the agent gives item i; P_s is the draw by these scores (serve/slate_draw.h)
//   n_i    how often the item was shown; h = kHalfShown is where half of the optimism is left
//   q      share of the slates that are drawn by s'
// An item that was never shown is as likely as the best one in these slates. The probabilities are
// those of the mixture, whichever of the two draws made a slate, so they stay exact.
//
// Reference: Lai and Robbins 1985, doi 10.1016/0196-8858(85)90002-8, for optimism that ends; the
// form is ours.

#include <atomic>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "lerl/serve/slate_draw.h"

namespace lerl {

inline constexpr double kHalfShown = 20;

// How often each added item was shown. For several threads.
class ShownCounts {
 public:
  struct Item {
    std::string id;
    int64_t shown = 0;
  };
  // Of the items `first`, `first` + 1 ...
  ShownCounts(int32_t first, const std::vector<Item>& items);

  int32_t first() const { return first_; }
  int32_t end() const { return first_ + static_cast<int32_t>(counts_.size()); }
  int64_t Of(int32_t item) const;  // an added one
  // Counts the added ones among the items of a slate.
  void Add(std::span<const int32_t> slate);
  // What was counted since the last call, by id.
  std::map<std::string, int64_t> TakeNew();

 private:
  struct Count {
    std::string id;
    std::atomic<int64_t> shown = 0, fresh = 0;
  };
  const int32_t first_;
  std::vector<Count> counts_;
};

// s' [I], equation (2), for scores [I] and candidates, ascending. The same scores where no added
// item is among the candidates.
std::vector<float> OptimisticScores(std::span<const float> scores,
                                    std::span<const int32_t> candidates, const ShownCounts& shown);

// Equations (3) and (4), of a slate's probabilities under both draws.
DrawnSlate Mixed(const DrawnSlate& usual, const DrawnSlate& optimistic, double share);

}  // namespace lerl
