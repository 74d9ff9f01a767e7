#include "lerl/planner/student/agreement.h"

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/base/math.h"

namespace lerl {

double TopOverlap(std::span<const int16_t> a, std::span<const int16_t> b, int64_t n) {
  const size_t length = std::min({At(n), a.size(), b.size()});
  if (length == 0) return 1;
  const auto first_b = b.first(length);
  const auto shared = std::count_if(
      a.begin(), a.begin() + static_cast<std::ptrdiff_t>(length),
      [&](int16_t c) { return std::find(first_b.begin(), first_b.end(), c) != first_b.end(); });
  return static_cast<double>(shared) / static_cast<double>(length);
}

double RankingNdcg(std::span<const int16_t> ranking, std::span<const int16_t> reference,
                   int64_t n) {
  if (reference.empty()) return 1;
  const auto places = At(n);
  double gain = 0, best = 0;
  for (size_t place = 0; place < places; ++place) {
    const double discount = RankDiscount(static_cast<int64_t>(place));
    if (place < reference.size()) best += discount / static_cast<double>(1 + place);
    if (place >= ranking.size()) continue;
    const auto found = std::find(reference.begin(), reference.end(), ranking[place]);
    if (found != reference.end())
      gain += discount / static_cast<double>(1 + (found - reference.begin()));
  }
  return gain / best;
}

}  // namespace lerl
