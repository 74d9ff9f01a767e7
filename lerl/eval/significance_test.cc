#include "lerl/eval/significance.h"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

// A difference of one seed, whose standard error is `error`: its tests are those of a normal.
PairedSample Seen(double x, double error, double reference = 10) {
  return {.paired = {.seeds = 1, .mean = x, .by_users = error * error, .deviation = 2},
          .reference = reference,
          .higher_is_better = true};
}

PairedTest TestOf(const PairedSample& sample, double margin = 0.02) {
  return TestFamily({sample}, margin)[0];
}

CrossedTable RandomTable(uint64_t seed, int64_t seeds, double mean) {
  Rng rng(seed, "table");
  std::vector<SessionValues> by_seed(static_cast<size_t>(seeds));
  for (SessionValues& values : by_seed)
    for (int u = 0; u < 20; ++u) values.numerator.push_back(mean + rng.Normal());
  return MakeCrossedTable(by_seed);
}

TEST(Holm, AgreesWithAHandComputedFamily) {
  // Sorted .005, .01, .03, .04 times 4, 3, 2, 1: .02, .03, .06, .04, and none below one before.
  const std::vector<double> corrected = HolmCorrected({0.01, 0.04, 0.03, 0.005});
  EXPECT_THAT(corrected, ElementsAre(DoubleNear(0.03, 1e-12), DoubleNear(0.06, 1e-12),
                                     DoubleNear(0.06, 1e-12), DoubleNear(0.02, 1e-12)));
  EXPECT_THAT(HolmCorrected({0.4, 0.7}),
              ElementsAre(DoubleNear(0.8, 1e-12), DoubleNear(0.8, 1e-12)));
  EXPECT_THAT(HolmCorrected({0.9, 0.9}), ElementsAre(1, 1)) << "at most 1";
  EXPECT_TRUE(HolmCorrected({}).empty());
}

TEST(TwoSidedP, IsThatOfTheNormalWithOneSeed) {
  EXPECT_NEAR(TwoSidedP(Seen(0, 0.5).paired, 0.5 * 1.959964), 0.05, 1e-7);
  EXPECT_NEAR(TwoSidedP(Seen(0, 0.5).paired, -0.5 * 2.575829), 0.01, 1e-7);
  EXPECT_NEAR(TwoSidedP(Seen(0, 0.5).paired, 0), 1, 1e-6);
}

TEST(TwoSidedP, IsThatOfStudentWhereSeedsAloneDiffer) {
  const CrossedSpread spread{.seeds = 3, .by_seeds = 4};
  EXPECT_NEAR(TwoSidedP(spread, 2 * 4.302653), 0.05, 1e-7);
  EXPECT_NEAR(TwoSidedP(spread, 2 * 9.924843), 0.01, 1e-7);
}

TEST(TwoSidedP, TurnsTheIntervalAround) {
  const CrossedSpread spread{.seeds = 5, .by_users = 0.3, .by_seeds = 0.2};
  for (const double level : {0.3, 0.05, 0.001})
    EXPECT_NEAR(TwoSidedP(spread, HalfWidth(spread, 1 - level)), level, 1e-6 * level);
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const CrossedTable policy = RandomTable(seed, 3, 0.3), reference = RandomTable(seed + 99, 3, 0);
    const PairedComparison interval = ComparePaired(policy, reference, true);
    const CrossedSpread paired = SpreadOf(PairedTable(policy, reference));
    EXPECT_EQ(TwoSidedP(paired, paired.mean) < 0.05, interval.better || interval.worse) << seed;
  }
}

TEST(TwoSidedP, WithoutAnySpreadIsCertain) {
  EXPECT_EQ(TwoSidedP({.seeds = 2}, 0), 1);
  EXPECT_EQ(TwoSidedP({.seeds = 2}, 0.1), kSmallestP);
  EXPECT_EQ(TwoSidedP(Seen(0, 0.5).paired, 50), kSmallestP);
}

TEST(Equivalence, IsTwoOneSidedTests) {
  // A margin of .2 and a standard error of .1: at 0 both ends are 2 of them away, P(Z > 2).
  EXPECT_NEAR(TestOf(Seen(0, 0.1)).p.same, 0.0227501, 1e-6);
  EXPECT_NEAR(TestOf(Seen(0, 0.1)).p.no_worse, 0.0227501, 1e-6);
  // At .05 the near end is 1.5 away, P(Z > 1.5), the far one 2.5.
  EXPECT_NEAR(TestOf(Seen(0.05, 0.1)).p.same, 0.0668072, 1e-6);
  EXPECT_NEAR(TestOf(Seen(0.05, 0.1)).p.no_worse, 0.0062097, 1e-6);
  EXPECT_NEAR(TestOf(Seen(-0.05, 0.1)).p.same, 0.0668072, 1e-6);
}

TEST(NonInferiority, IsOneSidedAgainstTheMargin) {
  EXPECT_NEAR(TestOf(Seen(-0.05, 0.1)).p.no_worse, 0.0668072, 1e-6);
  EXPECT_NEAR(TestOf(Seen(-0.3, 0.1)).p.no_worse, 0.8413447, 1e-6);  // P(Z > -1)
  PairedSample lower = Seen(0.3, 0.1);
  lower.higher_is_better = false;
  EXPECT_NEAR(TestOf(lower).p.no_worse, 0.8413447, 1e-6);
  EXPECT_DOUBLE_EQ(TestOf(lower).effect_size, -0.15);
}

TEST(Verdict, FollowsFromTheFirstTestThatRejects) {
  EXPECT_EQ(TestOf(Seen(1, 0.1)).verdict, Verdict::kBetter);
  EXPECT_EQ(TestOf(Seen(-1, 0.1)).verdict, Verdict::kWorse);
  EXPECT_EQ(TestOf(Seen(0.01, 0.05)).verdict, Verdict::kSame);
  EXPECT_EQ(TestOf(Seen(0.1, 0.1)).verdict, Verdict::kNoWorse);
  EXPECT_EQ(TestOf(Seen(-0.1, 0.2)).verdict, Verdict::kUnclear);
  EXPECT_EQ(TestOf(Seen(-0.1, 0.01)).verdict, Verdict::kWorse) << "a difference goes first";
  EXPECT_EQ(TestOf(Seen(0, 0.001), 0).verdict, Verdict::kUnclear) << "no margin, no equivalence";
}

TEST(Verdict, IsOfCorrectedTests) {
  const PairedSample near = Seen(0.22, 0.1), none = Seen(0, 0.1);
  EXPECT_EQ(TestOf(near, 0).verdict, Verdict::kBetter);  // p .028
  const std::vector<PairedTest> tests = TestFamily({near, none, none, none, none}, 0);
  EXPECT_EQ(tests[0].family, 5);
  EXPECT_NEAR(tests[0].corrected.difference, 5 * tests[0].p.difference, 1e-9);
  EXPECT_EQ(tests[0].verdict, Verdict::kUnclear);
}

TEST(SmallestDifference, AgreesWithTheTextbook) {
  // (1.959964 + .841621) .5 for one normal test at 5%.
  EXPECT_NEAR(TestOf(Seen(0, 0.5)).smallest, 1.4007926, 1e-6);
  // A family of ten tests at .5%: (2.807034 + .841621) .5.
  EXPECT_NEAR(TestFamily(std::vector(10, Seen(0, 0.5)), 0.02)[3].smallest, 1.8243273, 1e-6);
}

TEST(SmallestDifference, IsFoundFourTimesOfFive) {
  const double error = 0.5, level = 0.01;
  const CrossedSpread spread = Seen(0, error).paired;
  const double truth = SmallestDifference(spread, level);
  Rng rng(4, "power");
  const int trials = 4000;
  int found = 0;
  for (int i = 0; i < trials; ++i)
    found += std::abs(truth + error * rng.Normal()) > HalfWidth(spread, 1 - level);
  // Four standard deviations of a share of .8.
  EXPECT_NEAR(static_cast<double>(found) / trials, kPower, 4 * std::sqrt(0.16 / trials));
}

TEST(SimultaneousInterval, IsBonferronisOfTheFamily) {
  // The .9975 quantile of the normal for each of ten.
  const Interval interval = *TestFamily(std::vector(10, Seen(3, 0.5)), 0.02)[3].simultaneous;
  EXPECT_EQ(interval.mean, 3);
  EXPECT_NEAR(interval.low, 3 - 0.5 * 2.807034, 1e-6);
  EXPECT_NEAR(interval.high, 3 + 0.5 * 2.807034, 1e-6);
  PairedSample lower = Seen(3, 0.5);
  lower.higher_is_better = false;
  EXPECT_EQ(TestOf(lower).simultaneous->mean, 3) << "policy less reference, whichever is better";
}

TEST(PairedTest, OfAnOlderFileHasNoSimultaneousInterval) {
  nlohmann::json json = TestOf(Seen(1, 0.1));
  json.erase("simultaneous");
  EXPECT_FALSE(json.get<PairedTest>().simultaneous.has_value());
}

TEST(PairedTest, ComesBackFromItsJson) {
  const nlohmann::json json = TestFamily({Seen(1, 0.1), Seen(0, 0.3)}, 0.03)[0];
  EXPECT_EQ(json["verdict"], "better");
  EXPECT_EQ(json["family"], 2);
  EXPECT_DOUBLE_EQ(json["margin"], 0.3);
  EXPECT_EQ(nlohmann::json(json.get<PairedTest>()), json);
}

}  // namespace
}  // namespace lerl
