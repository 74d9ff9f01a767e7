#pragma once
// Small worlds for tests of off-policy evaluation: logs are drawn from them, and what a policy is
// worth is summed up exactly.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/eval/off_policy/logged_table.h"
#include "lerl/eval/off_policy/slate_weights.h"

namespace lerl {

// A log, and the policy that is judged by it with its worth as the truth.
struct KnownLog {
  LoggedTable log;
  JudgedPolicy policy;
};

inline int32_t DrawOf(std::span<const double> probabilities, Rng& rng) {
  double left = rng.Uniform();
  for (size_t a = 0; a + 1 < probabilities.size(); ++a) {
    left -= probabilities[a];
    if (left < 0) return static_cast<int32_t>(a);
  }
  return static_cast<int32_t>(probabilities.size()) - 1;
}

inline void AddKnownRow(KnownLog& known, int32_t unit, int32_t action, double mu, double reward,
                        int32_t distribution) {
  known.log.unit.push_back(unit);
  known.log.action.push_back(action);
  known.log.propensity.push_back(mu);
  known.log.reward.push_back(reward);
  known.policy.distribution.push_back(distribution);
  known.policy.of_logged.push_back(known.policy.distributions[At(distribution)][At(action)]);
}

// Two contexts, three actions, likes with .2 + .2 x + (0, .1, .3)[a]; each of `users` has two
// decisions.
inline KnownLog KnownDecisions(int64_t users, uint64_t seed) {
  const std::array<std::array<double, 3>, 2> mu = {{{.5, .3, .2}, {.2, .4, .4}}};
  KnownLog known;
  known.policy.name = "judged";
  known.policy.distributions = {{.2, .2, .6}, {.3, .1, .6}};
  known.log.actions = {"a", "b", "c"};
  known.log.units = users;
  known.log.width = 2;
  const auto liked = [](size_t x, size_t a) {
    return .2 + .2 * static_cast<double>(x) + std::array{0., .1, .3}[a];
  };
  Rng rng(seed, "decisions");
  for (int64_t n = 0; n < 2 * users; ++n) {
    const size_t x = rng.Bernoulli(.4) ? 1 : 0;
    const int32_t a = DrawOf(mu[x], rng);
    const double reward = rng.Bernoulli(liked(x, At(a))) ? 1 : 0;
    AddKnownRow(known, static_cast<int32_t>(n / 2), a, mu[x][At(a)], reward,
                static_cast<int32_t>(x));
    known.log.features.push_back(1);
    known.log.features.push_back(static_cast<double>(x));
    known.log.groups.push_back(n);
  }
  known.log.groups.push_back(2 * users);
  double truth = 0;
  for (size_t x = 0; x < 2; ++x)
    for (size_t a = 0; a < 3; ++a)
      truth += (x == 1 ? .4 : .6) * known.policy.distributions[x][a] * liked(x, a);
  known.policy.truth = truth;
  return known;
}

// Sessions of three steps between two states; action 1 leads to state 1, where it is liked more,
// with .7. Likes with .2 + .3 s + .2 a.
inline KnownLog KnownSessions(int64_t sessions, double gamma, uint64_t seed) {
  constexpr int kSteps = 3;
  const std::array<std::array<double, 2>, 2> mu = {{{.6, .4}, {.5, .5}}};
  const auto liked = [](size_t s, size_t a) {
    return .2 + .3 * static_cast<double>(s) + .2 * static_cast<double>(a);
  };
  const auto to_one = [](size_t a) { return a == 1 ? .7 : .2; };
  KnownLog known;
  known.policy.name = "judged";
  known.policy.distributions = {{.3, .7}, {.4, .6}};
  known.log.kind = LogKind::kSessions;
  known.log.actions = {"a", "b"};
  known.log.units = sessions;
  known.log.states = 2;
  Rng rng(seed, "sessions");
  for (int64_t i = 0; i < sessions; ++i) {
    known.log.groups.push_back(known.log.rows());
    size_t s = rng.Bernoulli(.3) ? 1 : 0;
    for (int t = 0; t < kSteps; ++t) {
      const int32_t a = DrawOf(mu[s], rng);
      const double reward = rng.Bernoulli(liked(s, At(a))) ? 1 : 0;
      AddKnownRow(known, static_cast<int32_t>(i), a, mu[s][At(a)], reward, static_cast<int32_t>(s));
      known.log.state.push_back(static_cast<int32_t>(s));
      known.log.features.push_back(1);
      s = rng.Bernoulli(to_one(At(a))) ? 1 : 0;
    }
  }
  known.log.groups.push_back(known.log.rows());
  // The worth, backwards.
  std::array<double, 2> worth = {0, 0};
  for (int t = 0; t < kSteps; ++t) {
    std::array<double, 2> before = {0, 0};
    for (size_t s = 0; s < 2; ++s)
      for (size_t a = 0; a < 2; ++a)
        before[s] += known.policy.distributions[s][a] *
                     (liked(s, a) + gamma * (to_one(a) * worth[1] + (1 - to_one(a)) * worth[0]));
    worth = before;
  }
  known.policy.truth = .7 * worth[0] + .3 * worth[1];
  return known;
}

// Slates of two of three items, drawn without replacement; an item is liked with (.2, .4, .7) less
// .1 at the second position.
inline KnownLog KnownSlates(int64_t slates, uint64_t seed) {
  const std::vector<double> mu = {.4, .4, .2}, pi = {.2, .3, .5};
  const auto liked = [](size_t item, size_t k) {
    return std::array{.2, .4, .7}[item] - .1 * static_cast<double>(k);
  };
  KnownLog known;
  known.policy.name = "judged";
  known.policy.distributions = {pi};
  known.log.kind = LogKind::kSlates;
  known.log.actions = {"a", "b", "c"};
  known.log.units = slates;
  known.log.logged.distributions = {mu};
  Rng rng(seed, "slates");
  for (int64_t i = 0; i < slates; ++i) {
    known.log.groups.push_back(known.log.rows());
    std::vector<double> left = mu;
    double rest = 1;
    for (size_t k = 0; k < 2; ++k) {
      std::vector<double> p = left;
      for (double& value : p) value /= rest;
      const int32_t item = DrawOf(p, rng);
      const double reward = rng.Bernoulli(liked(At(item), k)) ? 1 : 0;
      AddKnownRow(known, static_cast<int32_t>(i), item, p[At(item)], reward, 0);
      known.log.logged.distribution.push_back(0);
      known.log.features.push_back(1);
      rest -= left[At(item)];
      left[At(item)] = 0;
    }
  }
  known.log.groups.push_back(known.log.rows());
  const SlatesOfPolicies all = DrawnWithoutReplacement(pi, mu, 2);
  double truth = 0;
  for (size_t m = 0; m < all.slates.size(); ++m)
    truth += all.pi[m] * (liked(At(all.slates[m][0]), 0) + liked(At(all.slates[m][1]), 1));
  known.policy.truth = truth;
  return known;
}

}  // namespace lerl
