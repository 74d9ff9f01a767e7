#include "lerl/eval/off_policy/served_slates.h"

#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// How far the mean weight of a policy on its own log may be from 1, with hardly any spread, since
// networks round otherwise in batches of another size.
constexpr double kRounding = 1e-3;
// From half the width of an interval of 95% to half that of one of 99.9%.
constexpr double kWidening = 3.29 / 1.96;

// The weights of a slate.
struct Weights {
  double whole = 1;            // rho
  double positions_mean = 0;   // mean of w_k
  double weighted_reward = 0;  // sum_k w_k r_k
};

Weights WeightsOf(const LoggedSlate& slate) {
  LERL_CHECK(!slate.rewards.empty());
  LERL_CHECK_EQ(slate.log_ratios.size(), slate.rewards.size());
  Weights weights;
  double log_ratio = 0;
  for (size_t k = 0; k < slate.rewards.size(); ++k) {
    log_ratio += slate.log_ratios[k];
    weights.whole = std::exp(log_ratio);
    weights.positions_mean += weights.whole / static_cast<double>(slate.rewards.size());
    weights.weighted_reward += weights.whole * slate.rewards[k];
  }
  LERL_CHECK(std::isfinite(weights.whole));
  return weights;
}

double RewardOf(const LoggedSlate& slate) {
  return std::accumulate(slate.rewards.begin(), slate.rewards.end(), 0.0);
}

// Sums over users of what each slate adds above and below a fraction, and the interval of it.
class RatioOverUsers {
 public:
  void Add(int64_t user, double above, double below) {
    auto& [n, d] = sums_[user];
    n += above;
    d += below;
  }
  Interval Estimate() const {
    SessionValues values;
    for (const auto& [user, sums] : sums_) {
      values.numerator.push_back(sums.first);
      values.denominator.push_back(sums.second);
    }
    return UsersOnlyInterval(MakeCrossedTable({values}));
  }

 private:
  std::map<int64_t, std::pair<double, double>> sums_;
};

double Effective(std::span<const double> weights) {
  double sum = 0, squares = 0;
  for (const double weight : weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares > 0 ? sum * sum / squares : 0;
}

// Why weights say too little; "" where they say enough.
std::string NoSupport(const OffPolicyEstimate& estimate, double effective, const Interval& mean) {
  char text[256];
  if (estimate.users < kFewestOffPolicyUsers) {
    std::snprintf(text, sizeof text, "there are %lld users; at least %lld are needed",
                  static_cast<long long>(estimate.users),
                  static_cast<long long>(kFewestOffPolicyUsers));
    return text;
  }
  if (effective < kFewestEffectiveSlates) {
    std::snprintf(text, sizeof text,
                  "the log says as much as %.1f slates of the policy's own, and at least %.0f are "
                  "needed; the two policies differ too much for a log of this size",
                  effective, kFewestEffectiveSlates);
    return text;
  }
  // One honest log of a thousand lies so far off by chance.
  const double apart = kWidening * (mean.high - mean.low) / 2 + kRounding;
  if (std::abs(mean.mean - 1) > apart) {
    std::snprintf(text, sizeof text,
                  "the mean weight is %.3f [%.3f, %.3f] and would be 1 if the logged policy could "
                  "show all that this one can; there is no support for the rest",
                  mean.mean, mean.low, mean.high);
    return text;
  }
  return "";
}

}  // namespace

OffPolicyEstimate EstimateOffPolicy(std::span<const LoggedSlate> slates) {
  // 1. What each estimator sums up.
  RatioOverUsers logged, mean, mean_cascade, ips, snips, dr, cascade;
  std::vector<double> whole, positions;
  std::map<int64_t, int64_t> users;
  for (const LoggedSlate& slate : slates) {
    const double r = RewardOf(slate);
    const Weights w = WeightsOf(slate);
    ++users[slate.user];
    whole.push_back(w.whole);
    positions.push_back(w.positions_mean);
    logged.Add(slate.user, r, 1);
    mean.Add(slate.user, w.whole, 1);
    mean_cascade.Add(slate.user, w.positions_mean, 1);
    ips.Add(slate.user, w.whole * r, 1);                                            // (1)
    snips.Add(slate.user, w.whole * r, w.whole);                                    // (2)
    dr.Add(slate.user, slate.modelled_target + w.whole * (r - slate.modelled), 1);  // (3)
    cascade.Add(slate.user, w.weighted_reward, 1);                                  // (4)
  }
  OffPolicyEstimate estimate{.slates = std::ssize(slates), .users = std::ssize(users)};
  if (estimate.users < 2) {
    estimate.no_ips = estimate.no_cascade = "there are fewer than two users";
    return estimate;
  }
  // 2. Whether the log supports them.
  estimate.logged = logged.Estimate();
  estimate.mean_weight = mean.Estimate();
  estimate.effective_slates = Effective(whole);
  estimate.effective_cascade = Effective(positions);
  estimate.no_ips = NoSupport(estimate, estimate.effective_slates, estimate.mean_weight);
  estimate.no_cascade = NoSupport(estimate, estimate.effective_cascade, mean_cascade.Estimate());
  // 3. The estimates.
  if (estimate.no_ips.empty()) {
    estimate.ips = ips.Estimate();
    estimate.snips = snips.Estimate();
    estimate.dr = dr.Estimate();
  }
  if (estimate.no_cascade.empty()) estimate.cascade = cascade.Estimate();
  return estimate;
}

}  // namespace lerl
