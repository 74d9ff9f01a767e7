#include "lerl/base/math.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace lerl {

double Ndcg(std::span<const float> worth, std::span<const size_t> ranking) {
  std::vector<double> best(worth.begin(), worth.end());
  std::ranges::sort(best, std::greater());
  const double most = best.front(), least = best.back();
  if (most == least) return 1;
  double gained = 0, ideal = 0;
  for (size_t j = 0; j < ranking.size(); ++j) {
    const double discount = RankDiscount(static_cast<int64_t>(j));
    gained += discount * (static_cast<double>(worth[ranking[j]]) - least);
    ideal += discount * (best[j] - least);
  }
  return gained / ideal;
}

}  // namespace lerl
