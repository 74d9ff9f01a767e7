#include "lerl/base/halton.h"

#include <gtest/gtest.h>

#include <set>

#include "lerl/base/index.h"

namespace lerl {
namespace {

TEST(Halton, InBaseTwoIsTheSequenceOfVanDerCorput) {  // one digit but 0: nothing to scramble
  const double expected[] = {0, 1. / 2, 1. / 4, 3. / 4, 1. / 8, 5. / 8, 3. / 8, 7. / 8};
  for (int64_t n = 0; n < 8; ++n) EXPECT_DOUBLE_EQ(ScrambledHalton(7, n, 0), expected[n]) << n;
}

TEST(Halton, PutsOnePointInEachPartOfARange) {
  for (int dimension = 0; dimension < 5; ++dimension) {
    const int primes[] = {2, 3, 5, 7, 11}, base = primes[dimension];
    std::set<int> parts;
    for (int64_t n = 0; n < base * base; ++n)
      parts.insert(static_cast<int>(ScrambledHalton(3, n, dimension) * base * base + 1e-9));
    EXPECT_EQ(parts.size(), At(base) * At(base));
    EXPECT_EQ(*parts.rbegin(), base * base - 1);
  }
}

TEST(Halton, FollowsFromTheSeed) {
  EXPECT_EQ(ScrambledHalton(1, 5, 3), ScrambledHalton(1, 5, 3));
  int differ = 0;
  for (int64_t n = 1; n < 7; ++n) differ += ScrambledHalton(1, n, 3) != ScrambledHalton(2, n, 3);
  EXPECT_GT(differ, 0);
}

}  // namespace
}  // namespace lerl
