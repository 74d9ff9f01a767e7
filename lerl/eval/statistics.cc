#include "lerl/eval/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/eval/quantiles.h"

namespace lerl {
namespace {

constexpr int kResamples = 2000;
constexpr uint64_t kBootstrapSeed = 0;  // an interval is a function of the table alone

double Sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// Variance of the mean of `values` (unbiased variance / count).
double VarianceOfMean(const std::vector<double>& values) {
  const double count = static_cast<double>(values.size());
  const double mean = Sum(values) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / (count - 1) / count;
}

size_t Cell(const CrossedTable& table, int64_t seed, int64_t user) {
  return At(seed * table.users + user);
}

// [U] Mean over the seeds of each user.
std::vector<double> UserMeans(const CrossedTable& table) {
  std::vector<double> means(At(table.users));
  for (int64_t s = 0; s < table.seeds; ++s) {
    for (int64_t u = 0; u < table.users; ++u) {
      means[At(u)] += table.cells[Cell(table, s, u)] / static_cast<double>(table.seeds);
    }
  }
  return means;
}

void NeedTwoUsers(const CrossedTable& table) {
  if (table.users >= 2) return;
  throw Error(ErrorKind::kConfig, "evaluation: an interval needs at least 2 users, there is " +
                                      std::to_string(table.users) + "; evaluate more users");
}

Interval Around(double mean, double half_width) {
  return {mean, mean - half_width, mean + half_width};
}

// How often each of `count` users or seeds is drawn in `count` draws with replacement.
std::vector<double> DrawWeights(Rng& rng, int64_t count) {
  std::vector<double> weights(At(count));
  for (int64_t i = 0; i < count; ++i) weights[rng.Below(static_cast<uint64_t>(count))] += 1;
  return weights;
}

// Sum of `cells` [S, U], each weighted by how often its seed and its user were drawn.
double WeightedSum(const std::vector<double>& cells, const std::vector<double>& seed_weights,
                   const std::vector<double>& user_weights) {
  double total = 0;
  for (size_t s = 0; s < seed_weights.size(); ++s) {
    if (seed_weights[s] == 0) continue;
    double sum = 0;
    for (size_t u = 0; u < user_weights.size(); ++u) {
      sum += user_weights[u] * cells[s * user_weights.size() + u];
    }
    total += seed_weights[s] * sum;
  }
  return total;
}

// The estimate of a resample: the mean of its cells, or of a ratio sum n / sum d.
double Resampled(const CrossedTable& table, const std::vector<double>& seed_weights,
                 const std::vector<double>& user_weights) {
  if (table.denominator.empty()) {
    return WeightedSum(table.cells, seed_weights, user_weights) /
           static_cast<double>(table.cells.size());
  }
  const double denominator = WeightedSum(table.denominator, seed_weights, user_weights);
  if (denominator == 0) return 0;
  return WeightedSum(table.numerator, seed_weights, user_weights) / denominator;
}

// Percentile interval of the table's estimate, less that of `reference` where there is one.
Interval Bootstrap(const CrossedTable& table, const CrossedTable* reference) {
  // 1. Estimates of all resamples. A resample draws once for both tables, so users stay paired.
  Rng rng(kBootstrapSeed, "bootstrap");
  std::vector<double> estimates;
  for (int i = 0; i < kResamples; ++i) {
    const std::vector<double> seed_weights = DrawWeights(rng, table.seeds);
    const std::vector<double> user_weights = DrawWeights(rng, table.users);
    double estimate = Resampled(table, seed_weights, user_weights);
    if (reference != nullptr) estimate -= Resampled(*reference, seed_weights, user_weights);
    estimates.push_back(estimate);
  }
  // 2. Their percentiles.
  const double mean = table.estimate - (reference != nullptr ? reference->estimate : 0);
  return {mean, PercentileOf(estimates, 0.025), PercentileOf(estimates, 0.975)};
}

Interval AnalyticInterval(const CrossedTable& table) {
  return Around(table.estimate, HalfWidth(SpreadOf(table), 0.95));
}

void FillRatio(const std::vector<SessionValues>& by_seed, CrossedTable& table) {
  for (const SessionValues& values : by_seed) {
    table.numerator.insert(table.numerator.end(), values.numerator.begin(), values.numerator.end());
    table.denominator.insert(table.denominator.end(), values.denominator.begin(),
                             values.denominator.end());
  }
  // The ratio over all users and seeds.
  const double denominator = Sum(table.denominator);
  table.estimate = denominator == 0 ? 0 : Sum(table.numerator) / denominator;
  // Its cells: the ratio and what each session adds to it, in the first order.
  const double mean = denominator / static_cast<double>(table.denominator.size());
  for (size_t i = 0; i < table.numerator.size(); ++i) {
    const double residual = table.numerator[i] - table.estimate * table.denominator[i];
    table.cells.push_back(table.estimate + (mean == 0 ? 0 : residual / mean));
  }
}

// How often each member of a universe was shown, and how many members were shown n times.
class Counts {
 public:
  Counts(const std::vector<std::vector<int32_t>>& sessions, int64_t universe)
      : by_count_{universe} {
    for (const auto& members : sessions) Add(members, 1);
  }
  // `by`: 1 or -1.
  void Add(const std::vector<int32_t>& members, int by) {
    for (const int32_t member : members) {
      if (At(member) >= of_member_.size()) of_member_.resize(At(member) + 1);
      int32_t& count = of_member_[At(member)];
      --by_count_[At(count)];
      count += by;
      if (At(count) == by_count_.size()) by_count_.push_back(0);
      ++by_count_[At(count)];
    }
  }
  std::span<const int64_t> by_count() const { return by_count_; }

 private:
  std::vector<int32_t> of_member_;  // of the ids met so far
  std::vector<int64_t> by_count_;
};

void FillPooled(const std::vector<SessionValues>& by_seed, CrossedTable& table) {
  for (const SessionValues& values : by_seed) {
    Counts counts(values.members, values.universe);
    const double whole = values.pool(counts.by_count());
    // The figure without each user: its members are taken out and put back.
    std::vector<double> without;
    for (const auto& members : values.members) {
      counts.Add(members, -1);
      without.push_back(values.pool(counts.by_count()));
      counts.Add(members, 1);
    }
    // The jackknife cells.
    const double mean = Sum(without) / static_cast<double>(without.size());
    for (const double figure : without) {
      table.cells.push_back(whole + static_cast<double>(table.users - 1) * (mean - figure));
    }
    table.estimate += whole / static_cast<double>(table.seeds);
  }
}

}  // namespace

std::vector<double> SeedMeans(const CrossedTable& table) {
  std::vector<double> means(At(table.seeds));
  for (int64_t s = 0; s < table.seeds; ++s) {
    for (int64_t u = 0; u < table.users; ++u) {
      means[At(s)] += table.cells[Cell(table, s, u)] / static_cast<double>(table.users);
    }
  }
  return means;
}

CrossedTable MakeCrossedTable(const std::vector<SessionValues>& by_seed) {
  LERL_CHECK(!by_seed.empty());
  const bool pooled = !by_seed[0].members.empty();
  const bool ratio = !by_seed[0].denominator.empty();
  const size_t users = pooled ? by_seed[0].members.size() : by_seed[0].numerator.size();
  CrossedTable table{.seeds = std::ssize(by_seed), .users = static_cast<int64_t>(users)};
  for (const SessionValues& values : by_seed) {
    LERL_CHECK_EQ(pooled ? values.members.size() : values.numerator.size(), users);
    LERL_CHECK_EQ(values.denominator.size(), ratio ? users : 0);
  }
  if (pooled) {
    FillPooled(by_seed, table);
  } else if (ratio) {
    FillRatio(by_seed, table);
  } else {
    for (const SessionValues& values : by_seed) {
      table.cells.insert(table.cells.end(), values.numerator.begin(), values.numerator.end());
    }
    table.of_sessions = true;
    table.estimate = Sum(table.cells) / static_cast<double>(table.cells.size());
  }
  return table;
}

double PercentileOf(std::vector<double>& values, double p) {
  LERL_CHECK(!values.empty() && p >= 0 && p < 1);
  const double at = p * static_cast<double>(values.size() - 1);
  const auto below = values.begin() + static_cast<std::ptrdiff_t>(at);
  std::nth_element(values.begin(), below, values.end());
  const double next =
      below + 1 == values.end() ? *below : *std::min_element(below + 1, values.end());
  return std::lerp(*below, next, at - std::floor(at));
}

CrossedSpread SpreadOf(const CrossedTable& table) {
  NeedTwoUsers(table);
  const double cells = static_cast<double>(table.cells.size());
  return {.seeds = table.seeds,
          .mean = table.estimate,
          .by_users = VarianceOfMean(UserMeans(table)),
          .by_seeds = table.seeds > 1 ? VarianceOfMean(SeedMeans(table)) : 0,
          .deviation = std::sqrt(VarianceOfMean(table.cells) * cells)};
}

double HalfWidth(const CrossedSpread& spread, double central) {
  const double z = NormalQuantile(central);
  const double t = spread.seeds > 1 ? StudentQuantile(central, spread.seeds - 1) : 0;
  return std::sqrt(z * z * spread.by_users + t * t * spread.by_seeds);
}

CrossedTable PairedTable(const CrossedTable& policy, const CrossedTable& reference) {
  LERL_CHECK_EQ(policy.users, reference.users);
  LERL_CHECK_EQ(policy.seeds, reference.seeds);
  CrossedTable difference{.seeds = policy.seeds,
                          .users = policy.users,
                          .of_sessions = policy.of_sessions && reference.of_sessions,
                          .estimate = policy.estimate - reference.estimate,
                          .cells = policy.cells};
  for (size_t i = 0; i < difference.cells.size(); ++i) difference.cells[i] -= reference.cells[i];
  return difference;
}

Interval CrossedInterval(const CrossedTable& table) {
  NeedTwoUsers(table);
  return table.seeds >= kBootstrapSeeds ? Bootstrap(table, nullptr) : AnalyticInterval(table);
}

Interval UsersOnlyInterval(const CrossedTable& table) {
  CrossedSpread spread = SpreadOf(table);
  spread.by_seeds = 0;
  return Around(table.estimate, HalfWidth(spread, 0.95));
}

std::string IntervalMethod(int64_t seeds) {
  if (seeds == 1) return "users only (one seed)";
  return seeds >= kBootstrapSeeds ? "bootstrap over users and seeds" : "crossed";
}

PairedComparison ComparePaired(const CrossedTable& policy, const CrossedTable& reference,
                               bool higher_is_better, double margin) {
  const CrossedTable difference = PairedTable(policy, reference);
  NeedTwoUsers(difference);
  const Interval d = policy.seeds >= kBootstrapSeeds ? Bootstrap(policy, &reference)
                                                     : AnalyticInterval(difference);
  const double within = margin * std::abs(reference.estimate);
  return {.difference = d,
          .better = higher_is_better ? d.low > 0 : d.high < 0,
          .worse = higher_is_better ? d.high < 0 : d.low > 0,
          .non_inferior = higher_is_better ? d.low > -within : d.high < within};
}

}  // namespace lerl
