#include "lerl/planner/wishes/wish_planner.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "lerl/base/error.h"
#include "lerl/planner/registry.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr double kNot = -std::numeric_limits<double>::infinity();

TEST(ScoresWithWish, AddTheWishToTheStandardisedScores) {
  Plan base;
  base.ranking = {2, 0};
  base.scores = {1, 9, 3, 4};
  // The candidates 0 and 2 have the scores 1 and 3: mean 2, standard deviation 1.
  const std::vector<uint8_t> candidates = {1, 0, 1, 0};
  EXPECT_THAT(ScoresWithWish(base, candidates, std::vector<double>{1, 1, -0.5, 0}, 3),
              ElementsAre(2, kNot, -0.5, kNot));
  // Without scores the ranks count: -1 and 0, mean -1/2, standard deviation 1/2.
  base.scores.clear();
  EXPECT_THAT(ScoresWithWish(base, candidates, std::vector<double>{1, 1, -0.5, 0}, 3),
              ElementsAre(2, kNot, -0.5, kNot));
}

std::unique_ptr<Planner> MakeByWords(const std::string& base = "own_history", bool train = false) {
  PlannerConfig config;
  config.name = "wish_keywords";
  config.wish.base = base;
  config.wish.train = train;
  return MakePlanner(config, BareContext());
}

std::vector<int16_t> RankingFor(Planner& planner, std::string_view wish,
                                PlanMode mode = PlanMode::kEvaluation) {
  const OwnedRequest owned(4);
  PlanRequest request = owned.View();
  request.wish = wish;
  return planner.Rank({&request, 1}, mode).at(0).ranking;
}

// User 0 likes Action, Comedy and Western alike, so own_history ranks them by id.
TEST(WishPlanner, MovesTheBasesRankingByTheWish) {
  const auto planner = MakeByWords();
  EXPECT_THAT(RankingFor(*planner, ""), ElementsAre(0, 1, 3, 2));
  EXPECT_THAT(RankingFor(*planner, "a western"), ElementsAre(3, 0, 1, 2));
  EXPECT_THAT(RankingFor(*planner, "a drama and no action"), ElementsAre(2, 1, 3, 0));
  EXPECT_THAT(RankingFor(*planner, "whatever"), ElementsAre(0, 1, 3, 2));
}

TEST(WishPlanner, LeavesTrainingToTheBaseUnlessItIsToldOtherwise) {
  EXPECT_THAT(RankingFor(*MakeByWords(), "a western", PlanMode::kTraining),
              ElementsAre(0, 1, 3, 2));
  EXPECT_THAT(RankingFor(*MakeByWords("own_history", true), "a western", PlanMode::kTraining),
              ElementsAre(3, 0, 1, 2));
}

TEST(WishPlanner, CountsWhatItMakesOfWishes) {
  const auto planner = MakeByWords();
  const std::string too_long = std::string(400, 'a') + " western";
  for (const std::string& wish :
       {std::string("a western"), std::string("a western"), std::string("mmh"), too_long,
        std::string("\xff western"), std::string("etwas Lustiges bitte und kein Krieg")})
    RankingFor(*planner, wish);
  const PlannerCounts counts = planner->Report().counts;
  EXPECT_THAT(counts, Contains(Pair("wishes read", 1)));
  EXPECT_THAT(counts, Contains(Pair("wishes in which nothing was found", 2)));
  EXPECT_THAT(counts, Contains(Pair("wishes of hardly a known word (another language?)", 1)));
  EXPECT_THAT(counts, Contains(Pair("wishes left aside (empty, too long or no UTF-8)", 2)));
  EXPECT_THAT(RankingFor(*planner, too_long), ElementsAre(0, 1, 3, 2));
}

TEST(WishPlanner, OfTheOracleKnowsWhatIsNotSaid) {
  PlannerConfig config;
  config.name = "wish_oracle";
  config.wish.base = "own_history";
  PlannerContext context = BareContext();
  context.craving = [](int, std::span<float> added) {
    added[3] = 2;
    added[0] = -1;
  };
  const auto planner = MakePlanner(config, context);
  EXPECT_THAT(RankingFor(*planner, ""), ElementsAre(3, 1, 0, 2));
  context.craving = nullptr;
  EXPECT_THROW(MakePlanner(config, context), Error);
}

TEST(WishPlanner, RefusesABaseThatCantBeOne) {
  for (const char* base : {"oracle", "llm", "student", "none", "wish_keywords"}) {
    try {
      MakeByWords(base);
      FAIL() << base;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfig);
      EXPECT_THAT(error.what(), HasSubstr("planner.wish.base"));
    }
  }
}

}  // namespace
}  // namespace lerl
