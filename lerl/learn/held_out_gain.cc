#include "lerl/learn/held_out_gain.h"

#include <cmath>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/eval/significance.h"

namespace lerl {
namespace {

double Sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// Weights of the slates, in units of their mean.
std::vector<double> UnitWeights(std::span<const LoggedSlate> slates) {
  std::vector<double> weights;
  for (const LoggedSlate& slate : slates) weights.push_back(std::exp(Sum(slate.log_ratios)));
  const double mean = Sum(weights) / static_cast<double>(weights.size());
  LERL_CHECK(mean > 0 && std::isfinite(mean));
  for (double& weight : weights) weight /= mean;
  return weights;
}

}  // namespace

HeldOutGain EstimateGain(std::span<const LoggedSlate> policy,
                         std::span<const LoggedSlate> reference) {
  LERL_CHECK_EQ(policy.size(), reference.size());
  const std::vector<double> ours = UnitWeights(policy), theirs = UnitWeights(reference);
  // 1. S, the reference's estimate.
  double earned = 0;
  for (size_t n = 0; n < theirs.size(); ++n)
    earned += theirs[n] * Sum(reference[n].rewards) / static_cast<double>(theirs.size());
  // 2. Equation (1), summed by user.
  std::map<int64_t, std::pair<double, double>> sums;  // of summands, and their number
  for (size_t n = 0; n < ours.size(); ++n) {
    auto& [sum, count] = sums[policy[n].user];
    sum += (ours[n] - theirs[n]) * (Sum(policy[n].rewards) - earned);
    ++count;
  }
  SessionValues values;
  for (const auto& [user, of_user] : sums) {
    values.numerator.push_back(of_user.first);
    values.denominator.push_back(of_user.second);
  }
  const CrossedTable table = MakeCrossedTable({values});
  const CrossedSpread spread = SpreadOf(table);
  const double half = TwoSidedP(spread, spread.mean) / 2;
  return {UsersOnlyInterval(table), spread.mean > 0 ? half : 1 - half};
}

}  // namespace lerl
