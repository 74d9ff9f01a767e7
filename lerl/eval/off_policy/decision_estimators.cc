#include "lerl/eval/off_policy/decision_estimators.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"

namespace lerl {
namespace {

constexpr int kTausTried = 20;

// The mean over decisions of term(n).
template <typename Term>
RatioSum MeanOverDecisions(const WeighedDecisions& log, const Term& term) {
  RatioSum sum(log.units, 1);
  for (size_t n = 0; n < log.unit.size(); ++n) sum.Add(log.unit[n], 0, term(n), 1);
  return sum;
}

void NeedModel(const WeighedDecisions& log) {
  LERL_CHECK_EQ(log.modelled.size(), log.unit.size());
  LERL_CHECK_EQ(log.target.size(), log.unit.size());
}

double SwitchTerm(const WeighedDecisions& log, size_t n, double tau) {
  const double used = log.weight[n] <= tau ? log.weight[n] : 0;
  return log.target[n] + used * (log.reward[n] - log.modelled[n]);
}

// (9).
double ErrorOfSwitch(const WeighedDecisions& log, double tau, double range) {
  const double count = static_cast<double>(log.unit.size());
  double sum = 0, squares = 0, beyond = 0;
  for (size_t n = 0; n < log.unit.size(); ++n) {
    const double term = SwitchTerm(log, n, tau);
    sum += term;
    squares += term * term;
    if (log.weight[n] > tau) beyond += log.weight[n];
  }
  const double mean = sum / count, bias = range * beyond / count;
  return (squares / count - mean * mean) / count + bias * bias;
}

}  // namespace

RatioSum Ips(const WeighedDecisions& log) {
  return MeanOverDecisions(log, [&](size_t n) { return log.weight[n] * log.reward[n]; });
}

RatioSum SelfNormalisedIps(const WeighedDecisions& log) {
  RatioSum sum(log.units, 1);
  for (size_t n = 0; n < log.unit.size(); ++n)
    sum.Add(log.unit[n], 0, log.weight[n] * log.reward[n], log.weight[n]);
  return sum;
}

RatioSum ClippedIps(const WeighedDecisions& log, double most) {
  return MeanOverDecisions(log,
                           [&](size_t n) { return std::min(log.weight[n], most) * log.reward[n]; });
}

RatioSum DirectMethod(const WeighedDecisions& log, std::span<const double> influence) {
  NeedModel(log);
  return MeanOverDecisions(
      log, [&](size_t n) { return log.target[n] + (influence.empty() ? 0 : influence[n]); });
}

RatioSum DoublyRobust(const WeighedDecisions& log) {
  NeedModel(log);
  return MeanOverDecisions(log, [&](size_t n) {
    return log.target[n] + log.weight[n] * (log.reward[n] - log.modelled[n]);
  });
}

RatioSum SelfNormalisedDoublyRobust(const WeighedDecisions& log) {
  NeedModel(log);
  RatioSum sum(log.units, 2);
  for (size_t n = 0; n < log.unit.size(); ++n) {
    sum.Add(log.unit[n], 0, log.target[n], 1);
    sum.Add(log.unit[n], 1, log.weight[n] * (log.reward[n] - log.modelled[n]), log.weight[n]);
  }
  return sum;
}

RatioSum SwitchDoublyRobust(const WeighedDecisions& log, double tau) {
  NeedModel(log);
  return MeanOverDecisions(log, [&](size_t n) { return SwitchTerm(log, n, tau); });
}

double UsualClip(int64_t decisions) { return std::sqrt(static_cast<double>(decisions)); }

double SwitchByError(const WeighedDecisions& log, double range) {
  NeedModel(log);
  std::vector<double> weights(log.weight.begin(), log.weight.end());
  std::ranges::sort(weights);
  double best = weights.back(), least = ErrorOfSwitch(log, best, range);
  for (int part = 0; part < kTausTried; ++part) {
    const double tau = weights[At(part) * weights.size() / kTausTried];
    const double error = ErrorOfSwitch(log, tau, range);
    if (error < least) {
      least = error;
      best = tau;
    }
  }
  return best;
}

}  // namespace lerl
