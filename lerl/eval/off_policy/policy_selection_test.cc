#include "lerl/eval/off_policy/policy_selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/eval/off_policy/session_estimators.h"
#include "lerl/testing/stored_estimates.h"

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

// Ranked b, a, c; truly a, b, c with 5, 3, 1. A policy is safe from 2 on.
const std::vector<RankedPolicy> kPolicies = {{"a", 3, 1, 5}, {"b", 4, 3, 3}, {"c", 2.5, 0, 1}};

TEST(PolicySelection, RegretIsWhatTheBestWouldHaveAdded) {
  const SelectionQuality quality = JudgeSelection(kPolicies, 2);
  EXPECT_THAT(quality.ranking, ElementsAre(1, 0, 2));
  EXPECT_THAT(quality.regret, Pointwise(DoubleNear(1e-12), {2., 0., 0.}));
  EXPECT_NEAR(quality.squared_error.value_or(0), (4 + 1 + 1.5 * 1.5) / 3, 1e-12);
  // Ranks 2, 3, 1 against 3, 2, 1: 1 - 6 * 2 / (3 * 8).
  EXPECT_NEAR(quality.rank_correlation.value_or(0), .5, 1e-12);
}

TEST(PolicySelection, ErrorsAreSharesOfTheSafeAndOfTheUnsafe) {
  const SelectionQuality quality = JudgeSelection(kPolicies, 2);
  EXPECT_EQ(quality.type1, 0);       // a and b are safe, and said so
  EXPECT_EQ(quality.type2, 1);       // c is not, and was said to be
  EXPECT_EQ(quality.type1_low, .5);  // the lower end of a is below 2
  EXPECT_EQ(quality.type2_low, 0);
  EXPECT_EQ(JudgeSelection(kPolicies, 0).type2, std::nullopt);  // none is unsafe
}

TEST(PolicySelection, RanksByAnotherFigure) {
  std::vector<RankedPolicy> policies = kPolicies;
  policies[0].ranked_at = 1;
  policies[1].ranked_at = .5;
  policies[2].ranked_at = 2;
  const SelectionQuality quality = JudgeSelection(policies, 2);
  EXPECT_THAT(quality.ranking, ElementsAre(2, 0, 1));
  EXPECT_THAT(quality.regret, Pointwise(DoubleNear(1e-12), {4., 2., 0.}));
  EXPECT_NEAR(quality.squared_error.value_or(0), (4 + 1 + 1.5 * 1.5) / 3, 1e-12);
}

TEST(PolicySelection, RanksWithoutATruth) {
  const std::vector<RankedPolicy> policies = {{"a", 1}, {"b"}, {"c", 2}};
  const SelectionQuality quality = JudgeSelection(policies, 1);
  EXPECT_THAT(quality.ranking, ElementsAre(2, 0));
  EXPECT_TRUE(quality.regret.empty());
  EXPECT_EQ(quality.type1, std::nullopt);
}

// Returns 1, 2, 4 with weights 1, 1, 2: F(1) = .25. The lowest 30% are 1 and a fifth of the 2.
TEST(PolicySelection, AtWorstIsReadOffTheDistribution) {
  const std::vector<double> returns = {4, 1, 2}, weights = {2, 1, 1};
  const ReturnsAtWorst worst = AtWorst(returns, weights, .3);
  EXPECT_EQ(worst.lower_quartile, 1);
  EXPECT_NEAR(worst.cvar, (.25 * 1 + .05 * 2) / .3, 1e-12);
  EXPECT_NEAR(AtWorst(returns, weights, 1).cvar, 11 / 4.0, 1e-12);
}

TEST(PolicySelection, CountsInWhichResamplesAPolicyIsBest) {
  EXPECT_THAT(ShareBest({{1, 5, 1, 1}, {2, 2, 2, 2}}), Pointwise(DoubleNear(1e-12), {.25, .75}));
}

TEST(PolicySelection, AgreesWithScopeRl) {
  const nlohmann::json stored = StoredEstimates("selection");
  std::vector<RankedPolicy> policies;
  for (size_t p = 0; p < stored["truth"].size(); ++p)
    policies.push_back({.name = std::to_string(p),
                        .estimate = stored["estimate"][p].get<double>(),
                        .truth = stored["truth"][p].get<double>()});
  const SelectionQuality quality = JudgeSelection(policies, stored["safe"].get<double>());
  EXPECT_THAT(quality.regret,
              Pointwise(DoubleNear(1e-9), stored["regret"].get<std::vector<double>>()));
  EXPECT_NEAR(quality.rank_correlation.value_or(0), stored["rank_correlation"], 1e-9);
  EXPECT_NEAR(quality.squared_error.value_or(0), stored["squared_error"], 1e-9);
  EXPECT_NEAR(quality.type1.value_or(9), stored["type1"], 1e-9);
  EXPECT_NEAR(quality.type2.value_or(9), stored["type2"], 1e-9);
}

// CVaR of the undiscounted returns of the stored sessions, at shares where a value ends.
TEST(PolicySelection, ReadsCvarAsScopeRlDoes) {
  const nlohmann::json stored = StoredEstimates("sessions");
  const LoggedTable log = StoredGroups(stored["reward"], stored["steps"]);
  std::vector<double> rho;
  for (size_t n = 0; n < log.reward.size(); ++n)
    rho.push_back(stored["pi"][n][stored["action"][n].get<size_t>()].get<double>() /
                  stored["mu"][n].get<double>());
  const std::vector<double> w = LastOfEach(log, CumulatedWeights(log, rho));
  for (size_t i = 0; i < stored["borders"].size(); ++i)
    EXPECT_NEAR(AtWorst(ReturnOfEach(log, 1), w, stored["borders"][i]).cvar, stored["cvar"][i],
                1e-9);
}

}  // namespace
}  // namespace lerl
