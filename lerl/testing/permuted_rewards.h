#pragma once
// For tests: agents learn from true rewards, and from permuted ones nothing.

#include <gtest/gtest.h>

#include <memory>

#include "lerl/testing/small_agents.h"

namespace lerl {

// What agents are worth after `iterations`, mean over seeds 1 to `seeds`. `make(bandit, seed)`
// gives a new one for each.
template <typename Make>
double WorthInBandits(const Make& make, uint64_t iterations, bool permute, uint64_t seeds) {
  double sum = 0;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    Bandit bandit;
    const std::unique_ptr<Agent> agent = make(bandit, seed);
    for (uint64_t i = 0; i < iterations; ++i)
      bandit.PlayAndLearn(*agent, seeds * i + seed, true, permute);
    sum += bandit.PlayAndLearn(*agent, 1000, false);
  }
  return sum / static_cast<double>(seeds);
}

// An agent learns nothing from permuted rewards, in a run that is long enough to tell: from true
// rewards it learns in the same time.
template <typename Make>
void ExpectOnlyTrueRewardsTeach(const Make& make, uint64_t iterations, uint64_t seeds = 5) {
  EXPECT_NEAR(WorthInBandits(make, iterations, /*permute=*/true, seeds), 0.5, 0.15);
  EXPECT_GT(WorthInBandits(make, iterations, /*permute=*/false, seeds), 0.75);
}

}  // namespace lerl
