#include "lerl/planner/llm/unlisted_labels.h"

#include <algorithm>
#include <limits>

#include "lerl/base/check.h"

namespace lerl {

int PutUnlistedLast(std::span<float> scores, std::span<const uint8_t> unlisted) {
  LERL_CHECK_EQ(scores.size(), unlisted.size());
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  float lowest_listed = kInfinity, highest_unlisted = -kInfinity;
  int count = 0;
  for (size_t c = 0; c < scores.size(); ++c) {
    if (unlisted[c] != 0) {
      highest_unlisted = std::max(highest_unlisted, scores[c]);
      ++count;
    } else {
      lowest_listed = std::min(lowest_listed, scores[c]);
    }
  }
  const float down = highest_unlisted - (lowest_listed - 1);
  if (count == 0 || lowest_listed == kInfinity || down <= 0) return count;
  for (size_t c = 0; c < scores.size(); ++c)
    if (unlisted[c] != 0) scores[c] -= down;
  return count;
}

}  // namespace lerl
