#include "lerl/study/claim_tests.h"

#include <gmock/gmock.h>

namespace lerl {
namespace {

// Differences around `mean`, alike under both seeds: only users carry uncertainty.
CrossedTable Around(double mean, double spread = 1) {
  CrossedTable table{.seeds = 2, .users = 4, .of_sessions = true, .estimate = mean};
  for (int seed = 0; seed < 2; ++seed)
    for (const double off : {-1.5, -0.5, 0.5, 1.5}) table.cells.push_back(mean + spread * off);
  return table;
}

ClaimSample SampleOf(const std::string& says, double mean, double margin = 0) {
  return {.says = says,
          .relative_margin = margin,
          .relative_effect = 0.1,
          .reference = 10,
          .paired = Around(mean)};
}

TEST(TestClaims, CorrectsByHolmOverAllClaims) {
  const std::vector<ClaimResult> results =
      TestClaims({SampleOf("better", 2), SampleOf("better", 3), SampleOf("better", 0.1)});
  // V_u = var(-1.5, -.5, .5, 1.5) / 4 = (5 / 3) / 4, sd .645497: z = 3.0984, 4.6476, .1549.
  EXPECT_NEAR(results[0].p, 0.001946, 1e-5);
  EXPECT_NEAR(results[1].p, 3.36e-6, 2e-7);
  EXPECT_NEAR(results[0].p_corrected, 2 * results[0].p, 1e-12);
  EXPECT_NEAR(results[1].p_corrected, 3 * results[1].p, 1e-12);
  EXPECT_EQ(results[0].verdict, ClaimVerdict::kShown);
  EXPECT_EQ(results[2].verdict, ClaimVerdict::kNotShown);
  EXPECT_EQ(results[2].family, 3);
  // Levels: 5% / 3 for the first, 5% / 2, then 5%: z = 2.2414 for the second.
  EXPECT_NEAR(results[0].corrected.low, 2 - 2.241403 * 0.645497, 1e-4);
  EXPECT_NEAR(results[2].corrected.high, 0.1 + 1.959964 * 0.645497, 1e-4);
  EXPECT_DOUBLE_EQ(results[0].effect, 1);
}

TEST(TestClaims, VerdictsAreWhatCorrectedIntervalsSay) {
  for (const double mean : {-3.0, -1.4, -0.5, 0.0, 0.8, 1.4, 1.9}) {
    const std::vector<ClaimResult> results =
        TestClaims({SampleOf("better", mean), SampleOf("no worse", mean, 0.2),
                    SampleOf("same", mean, 0.2), SampleOf("better", 5)});
    EXPECT_EQ(results[0].verdict == ClaimVerdict::kShown, results[0].corrected.low > 0) << mean;
    EXPECT_EQ(results[0].verdict == ClaimVerdict::kOpposite, results[0].corrected.high < 0) << mean;
    EXPECT_EQ(results[1].verdict == ClaimVerdict::kShown, results[1].corrected.low > -2) << mean;
    EXPECT_EQ(results[2].verdict == ClaimVerdict::kShown,
              results[2].corrected.low > -2 && results[2].corrected.high < 2)
        << mean;
  }
}

TEST(TestClaims, LowerIsBetterWhereTheMetricSaysSo) {
  ClaimSample sample = SampleOf("better", -3);
  EXPECT_EQ(TestClaims({sample})[0].verdict, ClaimVerdict::kOpposite);
  sample.higher_is_better = false;
  EXPECT_EQ(TestClaims({sample})[0].verdict, ClaimVerdict::kShown);
}

TEST(TestClaims, CountsWhatCouldNotBeJudged) {
  ClaimSample failed = SampleOf("better", 1);
  failed.paired.reset();
  const std::vector<ClaimResult> results = TestClaims({SampleOf("better", 2), failed});
  EXPECT_EQ(results[1].verdict, ClaimVerdict::kNotJudged);
  EXPECT_NEAR(results[0].p_corrected, 2 * results[0].p, 1e-12);
}

}  // namespace
}  // namespace lerl
