#include "lerl/eval/audit/prompt_spread.h"

#include <gmock/gmock.h>

#include <cmath>

namespace lerl {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;

// Two users under each seed.
AuditRow PromptSpreadTestRow(const std::string& state, const std::vector<double>& of_seeds) {
  std::vector<SessionValues> by_seed;
  for (const double mean : of_seeds) by_seed.push_back({.numerator = {mean - 0.25, mean + 0.25}});
  AuditRow row{.planner = "llm", .state = state};
  row.tables.emplace_back("NDCG@5", MakeCrossedTable(by_seed));
  return row;
}

TEST(PromptSpreads, OfPermutationsAreTheMeansUnderEachSeed) {
  AuditRow row = PromptSpreadTestRow("letters", {0.25, 0.5, 0.75});
  EXPECT_TRUE(PromptSpreads({row}).empty());
  row.permuted = true;
  const std::vector<PromptSpread> spreads = PromptSpreads({row});
  ASSERT_EQ(spreads.size(), 1U);
  EXPECT_EQ(spreads[0].over, "label permutations");
  EXPECT_THAT(spreads[0].means, ElementsAre(DoubleEq(0.25), DoubleEq(0.5), DoubleEq(0.75)));
  EXPECT_DOUBLE_EQ(spreads[0].sd, 0.25);
  EXPECT_DOUBLE_EQ(spreads[0].lowest(), 0.25);
  EXPECT_DOUBLE_EQ(spreads[0].highest(), 0.75);
}

TEST(PromptSpreads, OfTemplatesAreTheRowsByNamesAlone) {
  const std::vector<PromptSpread> spreads =
      PromptSpreads({PromptSpreadTestRow("", {0.5, 0.5}), PromptSpreadTestRow("letters", {0, 0}),
                     PromptSpreadTestRow("template films", {0.75, 0.75})});
  ASSERT_EQ(spreads.size(), 1U);
  EXPECT_EQ(spreads[0].over, "templates");
  EXPECT_THAT(spreads[0].means, ElementsAre(DoubleEq(0.5), DoubleEq(0.75)));
  EXPECT_NEAR(spreads[0].sd, 0.25 / std::sqrt(2), 1e-12);
}

}  // namespace
}  // namespace lerl
