#include "lerl/eval/off_policy/logged_table.h"

#include <algorithm>

#include "lerl/base/check.h"

namespace lerl {

std::vector<double> WeightsOf(const LoggedTable& log, const JudgedPolicy& policy) {
  LERL_CHECK_EQ(std::ssize(policy.of_logged), log.rows());
  std::vector<double> weights;
  weights.reserve(log.propensity.size());
  for (size_t n = 0; n < log.propensity.size(); ++n)
    weights.push_back(policy.of_logged[n] / log.propensity[n]);
  return weights;
}

RewardRange RangeOfRewards(const LoggedTable& log) {
  if (log.reward.empty()) return {};
  const auto [low, high] = std::ranges::minmax(log.reward);
  return {low, high};
}

void GroupByRow(LoggedTable& log) {
  log.units = log.rows();
  log.unit.clear();
  log.groups = {0};
  for (int64_t n = 0; n < log.rows(); ++n) {
    log.unit.push_back(static_cast<int32_t>(n));
    log.groups.push_back(n + 1);
  }
}

}  // namespace lerl
