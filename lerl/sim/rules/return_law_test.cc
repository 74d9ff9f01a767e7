#include "lerl/sim/rules/return_law.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

TEST(ReturnLaw, IsAGeometricLawCutAtTenDays) {
  const auto p = ReturnProbabilities(0.5);
  EXPECT_NEAR(p[0], 512.0 / 1023, 1e-12);
  EXPECT_NEAR(p[1], 256.0 / 1023, 1e-12);
  EXPECT_NEAR(p[9], 1.0 / 1023, 1e-12);
  EXPECT_NEAR(MeanReturnDays(0.5), 2036.0 / 1023, 1e-12);  // sum of d 2^(10 - d) = 2036
}

TEST(ReturnLaw, ReachesFromEveryDayToAllDaysAlike) {
  EXPECT_EQ(MeanReturnDays(1), 1);
  EXPECT_NEAR(MeanReturnDays(1e-9), 5.5, 1e-6);
  EXPECT_NEAR(MeanReturnDays(ReturnRate(-1000)), 5.5, 1e-6);
  EXPECT_THROW(ReturnProbabilities(0), CheckFailure);
}

// softmax_d(ln P + d ln(1 - P)), d = 0 .. 9, as KuaiSim writes it.
TEST(ReturnLaw, IsKuaiSimsLaw) {
  const double q = 0.24;
  double sum = 0;
  for (int d = 0; d < 10; ++d) sum += std::exp(std::log(q) + d * std::log(1 - q));
  const auto p = ReturnProbabilities(q);
  for (int d = 0; d < 10; ++d)
    EXPECT_NEAR(p[At(d)], std::exp(std::log(q) + d * std::log(1 - q)) / sum, 1e-12);
  EXPECT_NEAR(MeanReturnDays(q), 3.48, 0.005);  // where KuaiSim's published figures lie
  EXPECT_NEAR(MeanReturnDays(0.4), 2.44, 0.005);
}

TEST(ReturnLaw, DrawsWithItsProbabilities) {
  Rng rng(1, "days");
  std::vector<int> counts(11);
  constexpr int kDraws = 20000;
  for (int i = 0; i < kDraws; ++i) ++counts[At(DrawReturnDays(0.3, rng))];
  const auto p = ReturnProbabilities(0.3);
  EXPECT_EQ(counts[0], 0);
  for (size_t d = 1; d <= 10; ++d)
    EXPECT_NEAR(counts[d] / double{kDraws}, p[d - 1], 4 * std::sqrt(p[d - 1] / kDraws)) << d;
}

TEST(ReturnLaw, IsCalibratedToAMeanOverUsers) {
  const std::vector<double> terms = {-1, 0, 0.5, 2.5};
  const double a = CalibrateReturn(terms, 3.5);
  double sum = 0;
  for (const double term : terms) sum += MeanReturnDays(ReturnRate(a + term));
  EXPECT_NEAR(sum / 4, 3.5, 1e-8);
}

}  // namespace
}  // namespace lerl
