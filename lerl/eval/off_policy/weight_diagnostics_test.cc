#include "lerl/eval/off_policy/weight_diagnostics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

using testing::HasSubstr;

WeightDiagnostics Of(const std::vector<double>& weights) {
  std::vector<int32_t> unit(weights.size());
  std::iota(unit.begin(), unit.end(), 0);
  return DiagnoseWeights(weights, unit, std::ssize(weights), "decisions");
}

// 200 weights of which half are 2 and half 0: (200)^2 / 400 = 100.
TEST(WeightDiagnostics, CountsWhatTheLogIsWorth) {
  std::vector<double> weights(200, 0);
  for (size_t n = 0; n < 200; n += 2) weights[n] = 2;
  const WeightDiagnostics found = Of(weights);
  EXPECT_NEAR(found.effective, 100, 1e-9);
  EXPECT_NEAR(found.mean.mean, 1, 1e-12);
  EXPECT_NEAR(found.zero_share, .5, 1e-12);
  EXPECT_NEAR(found.largest_share, 4 / 200.0, 1e-12);  // two of the two hundred weights
  EXPECT_EQ(found.tail, 0);
  EXPECT_EQ(found.refusal, "");
  EXPECT_EQ(found.warning, "");
}

TEST(WeightDiagnostics, RefusesWithoutSupport) {
  EXPECT_THAT(Of(std::vector<double>(10, 1)).refusal, HasSubstr("10 units"));
  EXPECT_THAT(Of(std::vector<double>(200, .5)).refusal, HasSubstr("mean weight is 0.500"));
  std::vector<double> one(200, 0);
  one[7] = 200;
  EXPECT_THAT(Of(one).refusal, HasSubstr("as much as 1.0 decisions"));
  EXPECT_THAT(DiagnoseWeights({}, {}, 0, "decisions").refusal, HasSubstr("0 units"));
}

// Pareto weights u^-k have a tail of k: .3 is sound, .7 is warned of.
TEST(WeightDiagnostics, KnowsHowWeightsFall) {
  const auto pareto = [](double k) {
    Rng rng(5, "tail");
    std::vector<double> weights;
    for (int n = 0; n < 20000; ++n) weights.push_back((1 - k) * std::pow(1 - rng.Uniform(), -k));
    return weights;
  };
  EXPECT_NEAR(Of(pareto(.3)).tail, .3, .06);
  EXPECT_EQ(Of(pareto(.3)).warning, "");
  EXPECT_NEAR(Of(pareto(.7)).tail, .7, .1);
  EXPECT_THAT(Of(pareto(.7)).warning, HasSubstr("heavy weights"));
}

TEST(WeightDiagnostics, WarnsOfRareRewards) {
  EXPECT_EQ(CountRare(std::vector<double>{1, 1, 0, 2}, std::vector<double>{0, 1, 1, 0}), 1);
  EXPECT_EQ(CountRare(std::vector<double>{0}, std::vector<double>{1}), 0);
  const std::vector<double> weights(100, 1);
  std::vector<double> rewards(100, 0);
  rewards[3] = 1;
  std::vector<int32_t> unit(100);
  std::iota(unit.begin(), unit.end(), 0);
  const WeightDiagnostics found = DiagnoseWeighed(weights, rewards, unit, 100, "decisions");
  EXPECT_THAT(found.warning, HasSubstr("only 1 decisions that count"));
  EXPECT_EQ(found.refusal, "");
}

}  // namespace
}  // namespace lerl
