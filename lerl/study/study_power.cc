#include "lerl/study/study_power.h"

#include <algorithm>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {

CrossedComponents ComponentsOf(const CrossedTable& table) {
  LERL_CHECK(table.users >= 2 && table.seeds >= 2);
  const double users = static_cast<double>(table.users), seeds = static_cast<double>(table.seeds);
  // 1. Means of users, of seeds, and of all.
  std::vector<double> of_user(At(table.users)), of_seed = SeedMeans(table);
  double mean = 0;
  for (size_t cell = 0; cell < table.cells.size(); ++cell) {
    of_user[cell % At(table.users)] += table.cells[cell] / seeds;
    mean += table.cells[cell] / (users * seeds);
  }
  // 2. Mean squares.
  double by_users = 0, by_seeds = 0, rest = 0;
  for (const double value : of_user) by_users += (value - mean) * (value - mean);
  for (const double value : of_seed) by_seeds += (value - mean) * (value - mean);
  for (size_t cell = 0; cell < table.cells.size(); ++cell) {
    const double e = table.cells[cell] - of_user[cell % At(table.users)] -
                     of_seed[cell / At(table.users)] + mean;
    rest += e * e;
  }
  by_users *= seeds / (users - 1);
  by_seeds *= users / (seeds - 1);
  rest /= (users - 1) * (seeds - 1);
  return {.users = table.users,
          .of_users = std::max(0.0, (by_users - rest) / seeds),
          .of_seeds = std::max(0.0, (by_seeds - rest) / users),
          .rest = rest};
}

CrossedSpread SpreadWithSeeds(const CrossedComponents& components, int64_t seeds) {
  const double u = static_cast<double>(components.users), s = static_cast<double>(seeds);
  return {.seeds = seeds,
          .by_users = (components.of_users + components.rest / s) / u,
          .by_seeds = (components.of_seeds + components.rest / u) / s};
}

double SmallestShown(const CrossedSpread& spread, const std::string& says, double level) {
  const double power = 0.8;
  if (says == "better") return HalfWidth(spread, 1 - level) + HalfWidth(spread, 2 * power - 1);
  const double central = says == "same" ? power : 2 * power - 1;
  return HalfWidth(spread, 1 - 2 * level) + HalfWidth(spread, central);
}

std::optional<int64_t> SeedsNeeded(const CrossedComponents& components, const std::string& says,
                                   double level, double wanted) {
  const auto suffices = [&](int64_t seeds) {
    return SmallestShown(SpreadWithSeeds(components, seeds), says, level) <= wanted;
  };
  if (!suffices(kMostSeeds)) return std::nullopt;
  int64_t low = 1, high = kMostSeeds;  // it falls with the seeds: `high` suffices, `low` does not
  while (high - low > 1) {
    const int64_t middle = (low + high) / 2;
    (suffices(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace lerl
