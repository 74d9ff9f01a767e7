#include "lerl/eval/metrics/session_return.h"

#include "lerl/base/index.h"

namespace lerl {
namespace {

std::vector<double> Sums(const SessionLog& log, const std::vector<float>& rewards) {
  std::vector<double> sums(static_cast<size_t>(log.sessions));
  for (int64_t s = 0; s < log.sessions; ++s) {
    double& sum = sums[At(s)];
    for (int64_t t = 0; t < log.length[At(s)]; ++t) sum += rewards[log.Cell(s, t)];
  }
  return sums;
}

}  // namespace

SessionValues SessionReturn(const SessionLog& log, const MetricInput&) {
  return {.numerator = Sums(log, log.expected)};
}

SessionValues DrawnSessionReturn(const SessionLog& log, const MetricInput&) {
  return {.numerator = Sums(log, log.reward)};
}

SessionValues StepReward(const SessionLog& log, const MetricInput&) {
  return {.numerator = Sums(log, log.expected),
          .denominator = std::vector<double>(log.length.begin(), log.length.end())};
}

}  // namespace lerl
