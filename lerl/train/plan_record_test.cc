#include "lerl/train/plan_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/testing/small_world.h"
#include "lerl/train/player.h"

namespace lerl {
namespace {

TEST(DescribePlans, CountsPlansByTheirOriginsAndWhySessionsWereRanked) {
  const RunConfig config = TinyRun();
  const std::unique_ptr<World> world = TinyWorld(config);
  const Actors actors = MakeActors(*world, config, 1);
  const std::vector<SessionSpec> sessions = {{.user = 0, .seed = 1}, {.user = 1, .seed = 2}};
  PlaySessions(world->dataset, *actors.env, *actors.agent, *actors.plans, sessions, {});
  nlohmann::json line;
  DescribePlans(*actors.plans, line);
  EXPECT_EQ(line.at("plans").at("rule"), actors.plans->counts().plans);
  EXPECT_EQ(line.at("plans").at("fallback"), 0);
  EXPECT_EQ(line.at("rankings").at("first"), 2);
  EXPECT_TRUE(line.at("plan_details").contains("widened plans"));
  EXPECT_FALSE(line.contains("prompt_hash"));
}

TEST(DescribeTeaching, NamesHowFarAStudentHasCome) {
  nlohmann::json line;
  DescribeTeaching({.labels = 7, .labels_kept = 5, .overlap = 0.5}, line);
  EXPECT_EQ(line.at("labels").at("given"), 7);
  EXPECT_EQ(line.at("labels").at("kept"), 5);
  EXPECT_EQ(line.at("labels").at("overlap"), 0.5);
}

TEST(InvalidReason, IsThatMoreThanATwentiethOfThePlansAreFallbacks) {
  PlanCounts counts;
  counts.in_training[static_cast<int>(PlanOrigin::kRule)] = 19;
  counts.in_training[static_cast<int>(PlanOrigin::kFallback)] = 1;
  EXPECT_EQ(InvalidReason(counts, "llm"), "");
  counts.in_training[static_cast<int>(PlanOrigin::kFallback)] = 2;
  counts.reasons = {{"no answer", 1}, {"not a list", 2}};
  EXPECT_EQ(InvalidReason(counts, "llm"),
            "9.5% of the plans of training are fallbacks (most often: not a list)");
  EXPECT_EQ(InvalidReason(counts, "student"), "");
}

}  // namespace
}  // namespace lerl
