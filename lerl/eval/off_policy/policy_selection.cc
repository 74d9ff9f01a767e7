#include "lerl/eval/off_policy/policy_selection.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// Ranks from 1, those of equal values as their mean.
std::vector<double> MeanRanks(const std::vector<double>& values) {
  std::vector<double> ranks;
  for (const double value : values) {
    const auto below = std::ranges::count_if(values, [&](double v) { return v < value; });
    const auto same = std::ranges::count(values, value);
    ranks.push_back(static_cast<double>(below) + static_cast<double>(same + 1) / 2);
  }
  return ranks;
}

std::optional<double> Correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const double count = static_cast<double>(x.size());
  const double mean_x = std::accumulate(x.begin(), x.end(), 0.0) / count;
  const double mean_y = std::accumulate(y.begin(), y.end(), 0.0) / count;
  double xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  if (xx == 0 || yy == 0) return std::nullopt;
  return xy / std::sqrt(xx * yy);
}

// Of the policies whose truth is (not) at least `safe`, the share that was said to be otherwise.
std::optional<double> ErrorRate(const std::vector<double>& truth, const std::vector<double>& said,
                                double safe, bool of_safe) {
  double wrong = 0, all = 0;
  for (size_t i = 0; i < truth.size(); ++i) {
    if ((truth[i] >= safe) != of_safe) continue;
    all += 1;
    wrong += (said[i] >= safe) != of_safe;
  }
  if (all == 0) return std::nullopt;
  return wrong / all;
}

}  // namespace

SelectionQuality JudgeSelection(std::span<const RankedPolicy> policies,
                                std::optional<double> safe) {
  SelectionQuality quality;
  std::vector<double> estimates, lows, truths;
  for (size_t p = 0; p < policies.size(); ++p) {
    if (!policies[p].estimate) continue;
    quality.ranking.push_back(p);
  }
  std::ranges::stable_sort(quality.ranking, std::greater<>(), [&](size_t p) {
    return policies[p].ranked_at.value_or(policies[p].estimate.value_or(0));
  });
  for (const size_t p : quality.ranking) {
    if (!policies[p].truth) return quality;
    estimates.push_back(policies[p].estimate.value_or(0));
    lows.push_back(policies[p].low.value_or(estimates.back()));
    truths.push_back(policies[p].truth.value_or(0));
  }
  if (truths.empty()) return quality;
  // 1. Regret.
  std::vector<double> best = truths;
  std::ranges::sort(best, std::greater<>());
  double behind = 0, squares = 0;
  for (size_t k = 0; k < truths.size(); ++k) {
    behind += best[k] - truths[k];
    quality.regret.push_back(behind);
    squares += (estimates[k] - truths[k]) * (estimates[k] - truths[k]);
  }
  quality.squared_error = squares / static_cast<double>(truths.size());
  // 2. Order and errors.
  if (truths.size() > 1)
    quality.rank_correlation = Correlation(MeanRanks(estimates), MeanRanks(truths));
  if (safe) {
    quality.type1 = ErrorRate(truths, estimates, *safe, true);
    quality.type2 = ErrorRate(truths, estimates, *safe, false);
    quality.type1_low = ErrorRate(truths, lows, *safe, true);
    quality.type2_low = ErrorRate(truths, lows, *safe, false);
  }
  return quality;
}

ReturnsAtWorst AtWorst(std::span<const double> returns, std::span<const double> weights,
                       double alpha) {
  LERL_CHECK_EQ(returns.size(), weights.size());
  LERL_CHECK(alpha > 0 && alpha <= 1);
  std::vector<size_t> order(returns.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](size_t i) { return returns[i]; });
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  LERL_CHECK_GT(all, 0);
  ReturnsAtWorst worst;
  double below = 0;  // F of the values before
  bool found = false;
  for (const size_t i : order) {
    const double share = weights[i] / all;
    worst.cvar += std::min(share, std::max(alpha - below, 0.0)) / alpha * returns[i];  // (5)
    below += share;
    if (!found && below >= 0.25 - 1e-12) {
      worst.lower_quartile = returns[i];
      found = true;
    }
  }
  return worst;
}

std::vector<double> ShareBest(const std::vector<std::vector<double>>& resampled) {
  std::vector<double> share(resampled.size(), 0);
  if (resampled.empty()) return share;
  const double samples = static_cast<double>(resampled.front().size());
  for (size_t b = 0; b < resampled.front().size(); ++b) {
    size_t best = 0;
    for (size_t p = 1; p < resampled.size(); ++p)
      if (resampled[p][b] > resampled[best][b]) best = p;
    share[best] += 1 / samples;
  }
  return share;
}

}  // namespace lerl
