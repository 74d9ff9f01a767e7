#include "lerl/eval/metrics/new_items.h"

#include "lerl/base/index.h"

namespace lerl {
namespace {

// Per session, the items shown that are new (or known), and their rewards.
struct Earned {
  double shown = 0, reward = 0;
};

Earned EarnedBy(const SessionLog& log, const MetricInput& input, int64_t session, bool is_new) {
  Earned earned;
  const size_t begin = log.Cell(session, 0) * At(log.slate);
  const size_t end = begin + At(log.length[At(session)] * log.slate);
  for (size_t n = begin; n < end; ++n) {
    const int32_t item = log.items[n];
    if ((input.new_items[At(item)] != 0) != is_new) continue;
    earned.shown += 1;
    earned.reward += static_cast<double>(PriceFactor(log.price_factors, item) *
                                         WeighResponses(log.reward_weights, log.responses[n]));
  }
  return earned;
}

SessionValues RewardOf(const SessionLog& log, const MetricInput& input, bool is_new) {
  SessionValues values;
  if (input.new_items.empty()) return values;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const Earned earned = EarnedBy(log, input, s, is_new);
    values.numerator.push_back(earned.reward);
    values.denominator.push_back(earned.shown);
  }
  return values;
}

}  // namespace

SessionValues NewItemShare(const SessionLog& log, const MetricInput& input) {
  SessionValues values;
  if (input.new_items.empty()) return values;
  for (int64_t s = 0; s < log.sessions; ++s) {
    values.numerator.push_back(EarnedBy(log, input, s, true).shown);
    values.denominator.push_back(static_cast<double>(log.length[At(s)] * log.slate));
  }
  return values;
}

SessionValues NewItemReward(const SessionLog& log, const MetricInput& input) {
  return RewardOf(log, input, true);
}

SessionValues KnownItemReward(const SessionLog& log, const MetricInput& input) {
  return RewardOf(log, input, false);
}

}  // namespace lerl
