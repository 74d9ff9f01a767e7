#include "lerl/base/rng.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAreArray;

std::vector<uint64_t> Draws(Rng rng, int count) {
  std::vector<uint64_t> draws;
  for (int i = 0; i < count; ++i) draws.push_back(rng.Next());
  return draws;
}

// The first outputs of the authors' xoshiro256++ from the state 1, 2, 3, 4.
TEST(Rng, IsXoshiro256PlusPlus) {
  Rng rng(0);
  rng.set_state({1, 2, 3, 4});
  EXPECT_THAT(Draws(rng, 6), ElementsAre(41943041u, 58720359u, 3588806011781223u, 3591011842654386u,
                                         9228616714210784205u, 9973669472204895162u));
}

// Computed apart from this program; a change here changes the results of every run.
TEST(Rng, StreamsNeverChangeTheirFirstDraws) {
  EXPECT_EQ(DeriveSeed(7, "env", 42), 16880852781038214989u);
  EXPECT_THAT(Draws(Rng(7, "env", 42), 3),
              ElementsAre(8557514682307439471u, 8273767774619346558u, 3843733978725832390u));
}

TEST(Rng, StreamsDifferBySeedNameAndIndex) {
  const std::vector<uint64_t> first = Draws(Rng(1, "env", 0), 4);
  EXPECT_EQ(Draws(Rng(1, "env", 0), 4), first);
  EXPECT_NE(Draws(Rng(2, "env", 0), 4), first);
  EXPECT_NE(Draws(Rng(1, "leave", 0), 4), first);
  EXPECT_NE(Draws(Rng(1, "env", 1), 4), first);
}

TEST(Rng, StreamDoesNotDependOnWhatOtherStreamsDraw) {
  Rng one(3, "user", 1), two(3, "user", 2);
  std::vector<uint64_t> mixed;
  for (int i = 0; i < 5; ++i) {
    mixed.push_back(two.Next());
    one.Next();
  }
  EXPECT_EQ(mixed, Draws(Rng(3, "user", 2), 5));
}

TEST(Rng, ContinuesFromAStoredState) {
  Rng rng(5);
  for (int i = 0; i < 10; ++i) rng.Normal();
  Rng resumed(99);
  resumed.set_state(rng.state());
  EXPECT_EQ(Draws(resumed, 5), Draws(rng, 5));
}

TEST(Rng, RefusesAStateThatDrawsNothingButZeros) {
  Rng rng(5);
  EXPECT_THROW(rng.set_state({0, 0, 0, 0}), Error);
}

TEST(Rng, UniformStaysInTheHalfOpenUnitIntervalWithMeanOneHalf) {
  Rng rng(11);
  double sum = 0;
  for (int i = 0; i < 100000; ++i) {
    const double u = rng.Uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
  }
  EXPECT_NEAR(sum / 100000, 0.5, 4 * std::sqrt(1.0 / 12 / 100000));
}

TEST(Rng, NormalHasMeanZeroVarianceOneAndNormalTails) {
  Rng rng(12);
  const int n = 100000;
  double sum = 0, squares = 0;
  int beyond = 0;
  for (int i = 0; i < n; ++i) {
    const double z = rng.Normal();
    ASSERT_TRUE(std::isfinite(z));
    sum += z;
    squares += z * z;
    beyond += std::abs(z) > 1.959964;
  }
  EXPECT_NEAR(sum / n, 0.0, 4 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 1.0, 4 * std::sqrt(2.0 / n));
  EXPECT_NEAR(static_cast<double>(beyond) / n, 0.05, 4 * std::sqrt(0.05 * 0.95 / n));
}

TEST(Rng, BelowIsUniformAndRefusesAnEmptyRange) {
  Rng rng(13);
  std::vector<int> counts(3);
  for (int i = 0; i < 30000; ++i) ++counts.at(rng.Below(3));
  for (const int count : counts) EXPECT_NEAR(count, 10000, 4 * std::sqrt(30000 * 2.0 / 9));
  EXPECT_EQ(rng.Below(1), 0u);
  EXPECT_THROW(rng.Below(0), CheckFailure);
}

TEST(Rng, ShuffleKeepsTheElementsAndReachesEveryOrder) {
  Rng rng(14);
  std::vector<int> orders(6);
  for (int i = 0; i < 6000; ++i) {
    std::vector<int> values = {0, 1, 2};
    rng.Shuffle(std::span(values));
    ASSERT_THAT(values, UnorderedElementsAreArray({0, 1, 2}));
    ++orders[At(values[0] * 2 + (values[1] > values[2]))];
  }
  for (const int count : orders) EXPECT_NEAR(count, 1000, 4 * std::sqrt(6000 * 5.0 / 36));
}

}  // namespace
}  // namespace lerl
