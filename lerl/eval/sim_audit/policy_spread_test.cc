#include "lerl/eval/sim_audit/policy_spread.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

CrossedTable TableOf(std::vector<double> users) {
  SessionValues values{.numerator = std::move(users)};
  return MakeCrossedTable({values, values});
}

PolicyFigures PolicyOf(const std::string& name, double reward) {
  const std::vector<double> users = {reward - 0.1, reward, reward + 0.1};
  return {name, TableOf(users), TableOf(users)};
}

TEST(PolicySpread, RatiosAreOfSums) {
  EXPECT_DOUBLE_EQ(RatioOf(TableOf({2, 4}), TableOf({1, 2})).mean, 2);
  EXPECT_DOUBLE_EQ(RatioOf(TableOf({3, 3}), TableOf({1, 2})).mean, 2);
}

TEST(PolicySpread, TellsPoliciesApartThatDifferForEveryUser) {
  const std::vector<int> order =
      ShownOrder({TableOf({1, 2, 3}), TableOf({2, 3, 4}), TableOf({1, 2, 3})});
  EXPECT_EQ(order, (std::vector<int>{-1, 0, 1}));  // (0, 1), (0, 2), (1, 2)
}

TEST(PolicySpread, HasTheOracleTheBestPolicyAndThePairs) {
  const std::vector<AuditFigure> figures = PolicySpread(
      {PolicyOf("random", 1), PolicyOf("mmr", 1.5), PolicyOf("factors", 1), PolicyOf("greedy", 3)});
  EXPECT_DOUBLE_EQ(figures[0].value->mean, 3);
  EXPECT_EQ(figures[0].light(), Light::kGreen);
  EXPECT_DOUBLE_EQ(figures[1].value->mean, 1.5);
  EXPECT_EQ(figures[1].note, "the best is mmr");
  EXPECT_DOUBLE_EQ(figures[2].value->mean, 2.0 / 3);
  EXPECT_EQ(figures.size(), 3u + 4);
}

TEST(PolicySpread, IsRedWherePoliciesAreAlike) {
  const std::vector<AuditFigure> figures =
      PolicySpread({PolicyOf("random", 1), PolicyOf("mmr", 1), PolicyOf("greedy", 1.1)});
  for (size_t n = 0; n < 3; ++n) EXPECT_EQ(figures[n].light(), Light::kRed) << n;
  EXPECT_EQ(FitnessOf(figures), Fitness::kUnfit);
}

}  // namespace
}  // namespace lerl
