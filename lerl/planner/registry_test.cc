#include "lerl/planner/registry.h"

#include <gmock/gmock.h>

#include <set>

#include "lerl/base/error.h"

namespace lerl {
namespace {

TEST(PlannerRegistry, NamesEachPlannerOnce) {
  std::set<std::string> names;
  for (const PlannerRow& row : PlannerRegistry()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_STRNE(row.description, "");
    EXPECT_STRNE(row.source, "");
  }
}

TEST(PlannerRegistry, NamesTheNearestOfAnUnknownPlanner) {
  PlannerConfig config;
  config.name = "randon";
  try {
    MakePlanner(config, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("did you mean random?"));
  }
}

}  // namespace
}  // namespace lerl
