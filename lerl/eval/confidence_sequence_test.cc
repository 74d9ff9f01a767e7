#include "lerl/eval/confidence_sequence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

constexpr int kRepetitions = 500;
constexpr int64_t kFirstLook = 100, kLastLook = 3000;
// Of 500 repetitions, where each misses with probability .05: the mean and three deviations.
constexpr double kMostMisses = 25 + 3 * 4.873;
constexpr double kNormalQuantile = 1.959963985;

ValueSums SumsOf(const std::vector<double>& values) {
  ValueSums sums;
  for (const double value : values) sums.Add(value);
  return sums;
}

TEST(ValueSums, TakeAValueOutAgain) {
  ValueSums sums = SumsOf({1, 2, 6});
  EXPECT_DOUBLE_EQ(sums.Mean(), 3);
  EXPECT_DOUBLE_EQ(sums.Variance(), 14.0 / 3);
  sums.Remove(6);
  EXPECT_DOUBLE_EQ(sums.Mean(), 1.5);
  EXPECT_DOUBLE_EQ(sums.Variance(), 0.25);
  EXPECT_EQ(ValueSums{}.Mean(), 0);
  EXPECT_EQ(ValueSums{}.Variance(), 0);
}

// t = t* = 4: rho^2 = (5.99146 + log 6.99146) / 4 = 1.98404, so that t rho^2 + 1 = 8.93615.
TEST(ConfidenceSequence, AgreesWithAHandComputedMean) {
  const Interval interval = ConfidenceSequence(4).OfMean(SumsOf({0, 1, 1, 0}));
  const double reach =
      std::sqrt(0.25 * 2 * 8.93615 / (16 * 1.98404) * (std::log(8.93615) / 2 + std::log(20)));
  EXPECT_DOUBLE_EQ(interval.mean, 0.5);
  EXPECT_NEAR(interval.high - 0.5, reach, 1e-5);
  EXPECT_NEAR(0.5 - interval.low, reach, 1e-5);
}

// (4) against the values of (3), one by one.
TEST(ConfidenceSequence, TheDifferenceIsTheMeanOverUsersOfTheirPseudoOutcomes) {
  const double p = 0.25;
  const std::vector<double> challenger = {0.5, 1}, champion = {0, 0.25, 0.5, 0.25};
  const double m = 0.75 * 0.75 + 0.25 * 0.25;  // means .75 and .25
  ValueSums outcomes;
  for (const double r : challenger) outcomes.Add((r - m) / p);
  for (const double r : champion) outcomes.Add(-(r - m) / (1 - p));
  const ConfidenceSequence sequence(10);
  const Interval expected = sequence.OfMean(outcomes);
  const Interval found = sequence.OfDifference(SumsOf(challenger), SumsOf(champion), p);
  EXPECT_NEAR(found.mean, 0.5, 1e-12);
  EXPECT_NEAR(found.mean, expected.mean, 1e-12);
  EXPECT_NEAR(found.low, expected.low, 1e-12);
  EXPECT_NEAR(found.high, expected.high, 1e-12);
}

// Half widths in units of an interval for one time, 1.96 sigma / sqrt(t).
TEST(ConfidenceSequence, IsNarrowestAboutTheTimeThatItWasMadeFor) {
  const auto width = [](int64_t count, double narrow_at) {
    ValueSums sums{.count = count, .sum = 0, .squares = static_cast<double>(count)};
    return ConfidenceSequence(narrow_at).OfMean(sums).high * std::sqrt(static_cast<double>(count)) /
           kNormalQuantile;
  };
  EXPECT_NEAR(width(1000, 1000), 1.55, 0.005);
  for (const double other : {100.0, 500.0, 900.0, 1100.0, 2000.0, 10000.0})
    EXPECT_GT(width(1000, other), width(1000, 1000)) << other;
  EXPECT_NEAR(width(1000, 10000) / width(1000, 1000), 1.27, 0.005);
  EXPECT_NEAR(width(1000, 100000) / width(1000, 1000), 2.99, 0.005);
  EXPECT_NEAR(width(1000, 10) / width(1000, 1000), 1.17, 0.005);
}

// Cubes of uniform numbers, whose mean is .25, looked at after each of 2,901 observations.
TEST(ConfidenceSequence, HoldsAtAllLooksAtOnceWhereAnIntervalForOneTimeDoesNot) {
  const ConfidenceSequence sequence(500);
  int missed = 0, missed_by_fixed = 0;
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    Rng rng(7, "means", static_cast<uint64_t>(repetition));
    ValueSums sums;
    bool out = false, out_of_fixed = false;
    for (int64_t t = 1; t <= kLastLook; ++t) {
      const double uniform = rng.Uniform();
      sums.Add(uniform * uniform * uniform);
      if (t < kFirstLook) continue;
      const Interval interval = sequence.OfMean(sums);
      out |= interval.low > 0.25 || interval.high < 0.25;
      out_of_fixed |= std::abs(sums.Mean() - 0.25) >
                      kNormalQuantile * std::sqrt(sums.Variance() / static_cast<double>(t));
    }
    missed += out;
    missed_by_fixed += out_of_fixed;
  }
  RecordProperty("missed", missed);
  RecordProperty("missed_by_fixed", missed_by_fixed);
  EXPECT_LE(missed, kMostMisses);
  EXPECT_GT(missed_by_fixed, 100);
}

// Users of whom a fifth gets the challenger: .05 worse than the champion, or no different.
TEST(ConfidenceSequence, OfADifferenceHoldsAtAllLooksAtOnce) {
  const double p = 0.2;
  const ConfidenceSequence sequence(500);
  for (const double difference : {-0.05, 0.0}) {
    int missed = 0, found_worse = 0;
    for (int repetition = 0; repetition < kRepetitions; ++repetition) {
      Rng rng(8, "differences", static_cast<uint64_t>(repetition));
      ValueSums challenger, champion;
      bool out = false, worse = false;
      for (int64_t t = 1; t <= kLastLook; ++t) {
        const bool to_challenger = rng.Bernoulli(p);
        const double uniform = rng.Uniform();
        const double value = 0.1 + uniform * uniform * uniform;
        (to_challenger ? challenger : champion).Add(value + (to_challenger ? difference : 0));
        if (t < kFirstLook) continue;
        const Interval interval = sequence.OfDifference(challenger, champion, p);
        out |= interval.low > difference || interval.high < difference;
        worse |= interval.high < 0;
      }
      missed += out;
      found_worse += worse;
    }
    EXPECT_LE(missed, kMostMisses) << difference;
    if (difference < 0) {
      EXPECT_GT(found_worse, 150);
    } else {
      EXPECT_LE(found_worse, kMostMisses);
    }
  }
}

}  // namespace
}  // namespace lerl
