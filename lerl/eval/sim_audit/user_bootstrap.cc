#include "lerl/eval/sim_audit/user_bootstrap.h"

#include <cmath>
#include <limits>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

std::vector<int64_t> Everyone(int64_t users) {
  std::vector<int64_t> all(At(users));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

std::vector<int64_t> DrawUsers(int64_t users, Rng& rng) {
  std::vector<int64_t> drawn(At(users));
  for (int64_t& user : drawn) user = static_cast<int64_t>(rng.Below(static_cast<uint64_t>(users)));
  return drawn;
}

std::vector<double> Pooled(const ValuesByUser& values, std::span<const int64_t> users) {
  std::vector<double> pooled;
  for (const int64_t user : users)
    pooled.insert(pooled.end(), values[At(user)].begin(), values[At(user)].end());
  return pooled;
}

// The interval around an estimate, from the figures of resamples.
Interval Between(double estimate, std::vector<double> figures) {
  if (std::isnan(estimate)) return {estimate, estimate, estimate};
  if (figures.empty()) return {estimate, -kInfinite, kInfinite};
  return {estimate, PercentileOf(figures, 0.025), PercentileOf(figures, 0.975)};
}

}  // namespace

Interval BootstrapUsers(int64_t users,
                        const std::function<double(std::span<const int64_t>)>& figure,
                        int64_t resamples) {
  const double estimate = figure(Everyone(users));
  std::vector<double> figures;
  Rng rng(1, "bootstrap of users");
  for (int64_t n = 0; n < resamples && users > 1; ++n) {
    const double value = figure(DrawUsers(users, rng));
    if (!std::isnan(value)) figures.push_back(value);
  }
  return Between(estimate, std::move(figures));
}

Interval BootstrapDistance(
    const ValuesByUser& a, const ValuesByUser& b,
    const std::function<double(std::vector<double>, std::vector<double>)>& distance,
    int64_t resamples) {
  const auto users_a = std::ssize(a), users_b = std::ssize(b);
  const double estimate = distance(Pooled(a, Everyone(users_a)), Pooled(b, Everyone(users_b)));
  std::vector<double> figures;
  Rng rng(1, "bootstrap of two groups");
  for (int64_t n = 0; n < resamples && users_a > 1 && users_b > 1; ++n) {
    const double value =
        distance(Pooled(a, DrawUsers(users_a, rng)), Pooled(b, DrawUsers(users_b, rng)));
    if (!std::isnan(value)) figures.push_back(value);
  }
  return Between(estimate, std::move(figures));
}

}  // namespace lerl
