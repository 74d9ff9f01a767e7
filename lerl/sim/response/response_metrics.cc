#include "lerl/sim/response/response_metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double AreaUnderCurve(std::span<const float> probabilities, std::span<const uint8_t> targets) {
  LERL_CHECK_EQ(probabilities.size(), targets.size());
  std::vector<size_t> order(targets.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t i) { return probabilities[i]; });
  // The Mann-Whitney form: the ranks of the positives, less the least that they could sum up to.
  double rank_sum = 0, positives = 0;
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin;
    double here = 0;
    for (; end < order.size() && probabilities[order[end]] == probabilities[order[begin]]; ++end)
      here += targets[order[end]];
    rank_sum += here * (static_cast<double>(begin + end + 1) / 2);  // mean rank of the tie, from 1
    positives += here;
    begin = end;
  }
  const double negatives = static_cast<double>(order.size()) - positives;
  if (positives == 0 || negatives == 0) return kNan;
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

double LogLoss(std::span<const float> probabilities, std::span<const uint8_t> targets) {
  LERL_CHECK_EQ(probabilities.size(), targets.size());
  if (targets.empty()) return kNan;
  double sum = 0;
  for (size_t i = 0; i < targets.size(); ++i) {
    const double p = std::clamp(static_cast<double>(probabilities[i]), 1e-7, 1 - 1e-7);
    sum -= targets[i] != 0 ? std::log(p) : std::log1p(-p);
  }
  return sum / static_cast<double>(targets.size());
}

std::vector<ReliabilityBin> Reliability(std::span<const float> probabilities,
                                        std::span<const uint8_t> targets, int bins) {
  LERL_CHECK_EQ(probabilities.size(), targets.size());
  std::vector<ReliabilityBin> result(At(bins));
  for (size_t i = 0; i < targets.size(); ++i) {
    const int bin =
        std::clamp(static_cast<int>(probabilities[i] * static_cast<float>(bins)), 0, bins - 1);
    ReliabilityBin& r = result[At(bin)];
    ++r.rows;
    r.predicted += static_cast<double>(probabilities[i]);
    r.observed += targets[i];
  }
  for (ReliabilityBin& r : result) {
    if (r.rows == 0) continue;
    r.predicted /= static_cast<double>(r.rows);
    r.observed /= static_cast<double>(r.rows);
  }
  return result;
}

double CalibrationError(std::span<const ReliabilityBin> bins) {
  double sum = 0, rows = 0;
  for (const ReliabilityBin& bin : bins) {
    sum += static_cast<double>(bin.rows) * std::abs(bin.predicted - bin.observed);
    rows += static_cast<double>(bin.rows);
  }
  return rows > 0 ? sum / rows : kNan;
}

}  // namespace lerl
