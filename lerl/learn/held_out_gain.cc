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

// The mean of summands, one of each slate, with users as what is independent.
HeldOutGain GainOf(std::span<const LoggedSlate> slates, const std::vector<double>& summands) {
  std::map<int64_t, std::pair<double, double>> sums;  // of summands, and their number
  for (size_t n = 0; n < slates.size(); ++n) {
    auto& [sum, count] = sums[slates[n].user];
    sum += summands[n];
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

}  // namespace

HeldOutGain EstimateGain(std::span<const LoggedSlate> policy,
                         std::span<const LoggedSlate> reference) {
  LERL_CHECK_EQ(policy.size(), reference.size());
  const std::vector<double> ours = UnitWeights(policy), theirs = UnitWeights(reference);
  // 1. S, the reference's estimate.
  double earned = 0;
  for (size_t n = 0; n < theirs.size(); ++n)
    earned += theirs[n] * Sum(reference[n].rewards) / static_cast<double>(theirs.size());
  // 2. Equation (1).
  std::vector<double> summands;
  summands.reserve(ours.size());
  for (size_t n = 0; n < ours.size(); ++n)
    summands.push_back((ours[n] - theirs[n]) * (Sum(policy[n].rewards) - earned));
  return GainOf(policy, summands);
}

HeldOutGain LikelihoodGain(std::span<const LoggedSlate> policy,
                           std::span<const LoggedSlate> reference) {
  LERL_CHECK_EQ(policy.size(), reference.size());
  std::vector<double> summands;
  summands.reserve(policy.size());
  for (size_t n = 0; n < policy.size(); ++n)
    summands.push_back((Sum(policy[n].log_ratios) - Sum(reference[n].log_ratios)) /
                       static_cast<double>(policy[n].log_ratios.size()));
  return GainOf(policy, summands);
}

}  // namespace lerl
