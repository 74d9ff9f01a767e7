#include "lerl/eval/sim_audit/ranking_stability.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/error.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

TEST(RankingStability, KendallsTauByHand) {
  EXPECT_DOUBLE_EQ(KendallTau({1, 2, 3}, {10, 20, 30}), 1);
  EXPECT_DOUBLE_EQ(KendallTau({1, 2, 3}, {3, 2, 1}), -1);
  EXPECT_DOUBLE_EQ(KendallTau({1, 2, 3}, {2, 1, 3}), 1.0 / 3);  // one of three pairs exchanged
  EXPECT_DOUBLE_EQ(KendallTau({1, 2, 3}, {1, 1, 3}), 1);        // a tie counts in neither
  EXPECT_TRUE(std::isnan(KendallTau({1, 1}, {1, 2})));
}

// The mean of 1 and .5 with a standard error of .25 and t = 12.706 goes beyond the range.
TEST(RankingStability, IntervalsOfTauAreStudentsCutToTheRange) {
  const Interval two = MeanTau({1, 0.5});
  EXPECT_DOUBLE_EQ(two.mean, 0.75);
  EXPECT_DOUBLE_EQ(two.high, 1);
  EXPECT_DOUBLE_EQ(two.low, -1);
  EXPECT_DOUBLE_EQ(MeanTau({0.9, 0.9, 0.9}).low, 0.9);
  EXPECT_DOUBLE_EQ(MeanTau({0.9}).low, -1);
}

TEST(RankingStability, CountsPairsThatAreToldApartTheOtherWayRound) {
  EXPECT_DOUBLE_EQ(ReversedShare({1, -1, 0, 1}, {1, 1, 1, 0}), 1.0 / 3);
  EXPECT_TRUE(std::isnan(ReversedShare({0, 0}, {1, 1})));  // nothing to reverse
}

TEST(RankingStability, HasNoLightWhereNothingCouldBeReversed) {
  const double nothing = ReversedShare({0}, {1});
  const AuditFigure figure =
      WithPairs({.value = Interval{nothing, nothing, nothing}, .bounds = kReversalBounds});
  EXPECT_FALSE(figure.value.has_value());
  EXPECT_EQ(figure.light(), Light::kNone);
  EXPECT_TRUE(WithPairs({.value = Interval{0, 0, 0}}).value.has_value());
}

TEST(RankingStability, RefitsASmallWorld) {
  const TestFolder cache;
  const ScopedVariable kept("LERL_CACHE_DIR", cache.path().string());
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const AuditPlay play{.users = 3, .seeds = {1, 2}};
  const World refit = RefitWorld(*world, config, 1);
  EXPECT_NE(refit.response_model, world->response_model);
  const std::vector<AuditFigure> figures =
      RankingStability(*world, config, PlayAll(*world, *world, config, play, true), play, 2);
  ASSERT_EQ(figures.size(), 2u);
  EXPECT_TRUE(figures[0].decides && figures[1].decides);
}

TEST(RankingStability, OfAGivenMatrixIsRefused) {
  RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  SetFields(config, {"env.task=matrix"});
  EXPECT_THROW(RefitWorld(*world, config, 1), Error);
}

}  // namespace
}  // namespace lerl
