#include "lerl/study/rank_intervals.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

constexpr int kRankResamples = 2000;

// Ranks of the values, 1 for the highest; equal ones share the mean of their ranks.
std::vector<double> RanksOf(const std::vector<double>& values) {
  std::vector<double> ranks;
  for (const double value : values) {
    double above = 0, equal = 0;
    for (const double other : values) {
      above += other > value;
      equal += other == value;
    }
    ranks.push_back(above + (equal + 1) / 2);
  }
  return ranks;
}

std::vector<double> Draw(Rng& rng, int64_t count) {
  std::vector<double> weights(At(count));
  for (int64_t i = 0; i < count; ++i) weights[rng.Below(static_cast<uint64_t>(count))] += 1;
  return weights;
}

double Weighted(const CrossedTable& table, const std::vector<double>& seeds,
                const std::vector<double>& users) {
  double sum = 0;
  for (size_t s = 0; s < seeds.size(); ++s)
    for (size_t u = 0; seeds[s] > 0 && u < users.size(); ++u)
      sum += seeds[s] * users[u] * table.cells[s * users.size() + u];
  return sum;
}

}  // namespace

std::vector<Interval> RankIntervals(const std::vector<const CrossedTable*>& tables,
                                    bool higher_is_better) {
  if (tables.empty()) return {};
  const int64_t seeds = tables[0]->seeds, users = tables[0]->users;
  const double sign = higher_is_better ? 1 : -1;
  std::vector<double> values;
  for (const CrossedTable* table : tables) {
    LERL_CHECK_EQ(table->seeds, seeds);
    LERL_CHECK_EQ(table->users, users);
    values.push_back(sign * table->estimate);
  }
  const std::vector<double> whole = RanksOf(values);
  std::vector<std::vector<double>> drawn(tables.size());
  Rng rng(0, "ranks");  // an interval is a function of the tables alone
  for (int n = 0; n < kRankResamples; ++n) {
    const std::vector<double> of_seeds = Draw(rng, seeds), of_users = Draw(rng, users);
    for (size_t t = 0; t < tables.size(); ++t)
      values[t] = sign * Weighted(*tables[t], of_seeds, of_users);
    const std::vector<double> ranks = RanksOf(values);
    for (size_t t = 0; t < tables.size(); ++t) drawn[t].push_back(ranks[t]);
  }
  std::vector<Interval> intervals;
  for (size_t t = 0; t < tables.size(); ++t)
    intervals.push_back({whole[t], PercentileOf(drawn[t], 0.025), PercentileOf(drawn[t], 0.975)});
  return intervals;
}

}  // namespace lerl
