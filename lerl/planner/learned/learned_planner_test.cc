#include "lerl/planner/learned/learned_planner.h"

#include <gmock/gmock.h>

#include <functional>
#include <limits>

#include "lerl/base/error.h"
#include "lerl/planner/profiles/profile_scores.h"
#include "lerl/testing/planner_world.h"

namespace lerl {
namespace {

TEST(LearnedPlanner, BeginsWithWhatTheLogsForetell) {
  const PlannerWorld world;
  LearnedPlanner planner({}, world.Context());
  UserProfiles profiles(world.dataset, world.split);
  ProfileScores scores(world.dataset, world.split, profiles);
  OwnedRequest request(world.categories);
  request.user = 7;
  const std::vector<double> values = planner.Values(request.View(), PlanMode::kValidation);
  for (size_t c = 0; c < world.categories; ++c) EXPECT_NEAR(values[c], 0.1 * scores.Of(7)[c], 1e-9);
}

TEST(LearnedPlanner, LearnsWhichCategoriesPay) {
  PlannerWorld world;
  world.worth = {-1, -1, 1, -1, -1, 1, 1, 1};
  LearnedPlanner planner({}, world.Context());
  const double before = world.Play(planner, 1, 100);
  world.Train(planner, 10, 40);
  const double after = world.Play(planner, 1, 100);
  EXPECT_GT(after, 0.95 / (1 + std::exp(-1.0)));  // nearly only the good four, never a pair twice
  EXPECT_GT(after, before + 0.05);
}

TEST(LearnedPlanner, LearnsThatPeopleTire) {
  PlannerWorld world;
  world.worth = {1, 1, 1, 1, -1, -1, -1, -1};
  world.tiring = 1;
  LearnedPlanner planner({}, world.Context());
  world.Train(planner, 15, 40);
  PlannerConfig config;
  const auto random = FindPlannerRow("random").make(config, world.Context());
  EXPECT_GT(world.Play(planner, 1, 100), world.Play(*random, 1, 100) + 0.05);
  OwnedRequest rested(world.categories), tired(world.categories);
  tired.exposure[0] = 1.5;
  EXPECT_LT(planner.Values(tired.View(), PlanMode::kValidation)[0],
            planner.Values(rested.View(), PlanMode::kValidation)[0]);
}

TEST(LearnedPlanner, ExploresBySessionInTrainingAlone) {
  PlannerWorld world;
  LearnedPlanner planner({}, world.Context());
  world.Train(planner, 1, 10);
  OwnedRequest request(world.categories), other(world.categories);
  other.seed = 2;
  EXPECT_EQ(planner.Values(request.View(), PlanMode::kValidation),
            planner.Values(other.View(), PlanMode::kValidation));
  const std::vector<double> own = planner.Values(request.View(), PlanMode::kTraining);
  EXPECT_NE(own, planner.Values(other.View(), PlanMode::kTraining));
  EXPECT_EQ(own, planner.Values(request.View(), PlanMode::kTraining));
}

std::string LearnedPlannerTestErrorOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnusable);
    return error.what();
  }
  return "";
}

TEST(LearnedPlanner, StopsAtARewardThatIsNoNumber) {
  PlannerWorld world;
  LearnedPlanner planner({}, world.Context());
  std::vector<OwnedSession> ended;
  world.Play(planner, 1, 2, PlanMode::kTraining, &ended);
  ended[1].rewards[3] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<EndedSession> views = {ended[0].View(), ended[1].View()};
  EXPECT_EQ(LearnedPlannerTestErrorOf([&] { planner.Reflect(views); }),
            "planner 'learned' diverged: the sums of its ridge regression are not finite");
}

TEST(LearnedPlanner, StopsAtAValueThatIsNoNumber) {
  PlannerWorld world;
  LearnedPlanner planner({}, world.Context());
  world.Train(planner, 1, 10);
  OwnedRequest request(world.categories);
  request.exposure[2] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(LearnedPlannerTestErrorOf([&] { RankOne(planner, request); }),
              ::testing::StartsWith("planner 'learned' diverged: its score of category "));
}

}  // namespace
}  // namespace lerl
