#include "lerl/eval/off_policy/slate_weights.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/eval/off_policy/small_matrix.h"

namespace lerl {
namespace {

// Of a longer pair of positions and items the pseudo-inverse takes minutes.
constexpr int64_t kWidestGamma = 120;

void AddSlates(std::span<const double> pi, std::span<const double> mu, size_t positions,
               std::vector<int32_t>& slate, double p, double m, SlatesOfPolicies& out) {
  if (slate.size() == positions) {
    out.slates.push_back(slate);
    out.pi.push_back(p);
    out.mu.push_back(m);
    return;
  }
  double pi_left = 1, mu_left = 1;
  for (const int32_t item : slate) {
    pi_left -= pi[At(item)];
    mu_left -= mu[At(item)];
  }
  for (size_t item = 0; item < pi.size(); ++item) {
    if (std::ranges::find(slate, static_cast<int32_t>(item)) != slate.end()) continue;
    slate.push_back(static_cast<int32_t>(item));
    AddSlates(pi, mu, positions, slate, pi[item] > 0 ? p * pi[item] / pi_left : 0,
              mu[item] > 0 ? m * mu[item] / mu_left : 0, out);
    slate.pop_back();
  }
}

// What a pair of distributions makes of slates of one length.
struct PairWeights {
  SlateMarginals marginals{};
  std::map<std::vector<int32_t>, double> pseudo_inverse{};
};

PairWeights WeighPair(std::span<const double> pi, std::span<const double> mu, int64_t positions) {
  const int64_t actions = std::ssize(pi);
  const SlatesOfPolicies slates = DrawnWithoutReplacement(pi, mu, positions);
  PairWeights weights{.marginals = MarginalsOf(slates, actions)};
  const std::vector<double> of_slate = PseudoInverseWeights(slates, actions);
  for (size_t m = 0; m < of_slate.size(); ++m)
    weights.pseudo_inverse[slates.slates[m]] = of_slate[m];
  return weights;
}

// [K] the ratios given the items above.
void AddConditional(std::span<const double> pi, std::span<const double> mu,
                    std::span<const int32_t> slate, std::vector<double>& ratios) {
  double pi_left = 1, mu_left = 1;
  for (const int32_t item : slate) {
    const double p = pi[At(item)], m = mu[At(item)];
    ratios.push_back(p > 0 ? (p / pi_left) / (m / mu_left) : 0);
    pi_left -= p;
    mu_left -= m;
  }
}

}  // namespace

int64_t CountSlates(int64_t actions, int64_t positions) {
  int64_t count = 1;
  for (int64_t k = 0; k < positions && count <= kMostSlates; ++k)
    count *= std::max<int64_t>(actions - k, 0);
  return std::min(count, kMostSlates + 1);
}

SlatesOfPolicies DrawnWithoutReplacement(std::span<const double> pi, std::span<const double> mu,
                                         int64_t positions) {
  LERL_CHECK_EQ(pi.size(), mu.size());
  LERL_CHECK_LE(CountSlates(std::ssize(pi), positions), kMostSlates);
  SlatesOfPolicies slates;
  std::vector<int32_t> slate;
  AddSlates(pi, mu, At(positions), slate, 1, 1, slates);
  return slates;
}

SlateMarginals MarginalsOf(const SlatesOfPolicies& slates, int64_t actions) {
  const size_t positions = slates.slates.front().size();
  SlateMarginals marginals = {std::vector<double>(positions * At(actions), 0),
                              std::vector<double>(positions * At(actions), 0)};
  for (size_t m = 0; m < slates.slates.size(); ++m)
    for (size_t k = 0; k < positions; ++k) {
      const size_t cell = k * At(actions) + At(slates.slates[m][k]);
      marginals.pi[cell] += slates.pi[m];
      marginals.mu[cell] += slates.mu[m];
    }
  return marginals;
}

std::vector<double> PseudoInverseWeights(const SlatesOfPolicies& slates, int64_t actions) {
  const size_t positions = slates.slates.front().size(), width = positions * At(actions);
  // 1. q and Gamma.
  std::vector<double> q = MarginalsOf(slates, actions).pi, gamma(width * width, 0);
  const auto cell = [&](size_t m, size_t k) { return k * At(actions) + At(slates.slates[m][k]); };
  for (size_t m = 0; m < slates.slates.size(); ++m)
    for (size_t k = 0; k < positions; ++k)
      for (size_t j = 0; j < positions; ++j) gamma[cell(m, k) * width + cell(m, j)] += slates.mu[m];
  // 2. q^T Gamma^+.
  const std::vector<double> inverse = PseudoInverse(std::move(gamma), static_cast<int64_t>(width));
  std::vector<double> product(width, 0);
  for (size_t i = 0; i < width; ++i)
    for (size_t j = 0; j < width; ++j) product[j] += q[i] * inverse[i * width + j];
  // 3. Of each slate.
  std::vector<double> weights(slates.slates.size(), 0);
  for (size_t m = 0; m < weights.size(); ++m)
    if (slates.mu[m] > 0)
      for (size_t k = 0; k < positions; ++k) weights[m] += product[cell(m, k)];
  return weights;
}

std::vector<double> ProductFormWeights(const LoggedTable& log, std::span<const double> m) {
  std::vector<double> weights;
  for (int64_t group = 0; group < log.group_count(); ++group) {
    double sum = 1;  // (3)
    for (int64_t n = log.groups[At(group)]; n < log.groups[At(group + 1)]; ++n) sum += m[At(n)] - 1;
    weights.push_back(sum);
  }
  return weights;
}

RatioSum WholeSlates(const LoggedTable& log, std::span<const double> weights) {
  RatioSum sum(log.units, 1);
  for (int64_t group = 0; group < log.group_count(); ++group) {
    const size_t begin = At(log.groups[At(group)]), end = At(log.groups[At(group + 1)]);
    const double reward = std::accumulate(log.reward.begin() + static_cast<int64_t>(begin),
                                          log.reward.begin() + static_cast<int64_t>(end), 0.0);
    sum.Add(log.unit[begin], 0, weights[At(group)] * reward, 1);
  }
  return sum;
}

DrawnSlateWeights WeighDrawnSlates(const LoggedTable& log, const JudgedPolicy& policy) {
  LERL_CHECK(log.logged.knows_all() && policy.knows_all());
  DrawnSlateWeights weights;
  const int64_t actions = std::ssize(log.actions);
  bool enumerable = true;
  // Pairs of distributions that were met, with the number of positions.
  std::map<std::array<int64_t, 3>, PairWeights> pairs;
  for (int64_t group = 0; group < log.group_count(); ++group) {
    const size_t begin = At(log.groups[At(group)]), end = At(log.groups[At(group + 1)]);
    const int64_t positions = static_cast<int64_t>(end - begin);
    const std::span<const int32_t> slate = std::span(log.action).subspan(begin, end - begin);
    AddConditional(policy.Of(begin), log.logged.Of(begin), slate, weights.conditional);
    enumerable = enumerable && CountSlates(actions, positions) <= kMostSlates &&
                 actions * positions <= kWidestGamma;
    if (!enumerable) continue;
    const std::array<int64_t, 3> key = {policy.distribution[begin], log.logged.distribution[begin],
                                        positions};
    auto found = pairs.find(key);
    if (found == pairs.end())
      found =
          pairs.emplace(key, WeighPair(policy.Of(begin), log.logged.Of(begin), positions)).first;
    const PairWeights& pair = found->second;
    for (size_t k = 0; k < slate.size(); ++k) {
      const size_t cell = k * At(actions) + At(slate[k]);
      weights.marginal.push_back(pair.marginals.pi[cell] / pair.marginals.mu[cell]);
    }
    weights.pseudo_inverse.push_back(
        pair.pseudo_inverse.at(std::vector<int32_t>(slate.begin(), slate.end())));
  }
  if (!enumerable) weights.marginal = weights.pseudo_inverse = {};
  return weights;
}

}  // namespace lerl
