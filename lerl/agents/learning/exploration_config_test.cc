#include "lerl/agents/learning/exploration_config.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(ExplorationConfig, StaysByDefault) {
  const ExplorationConfig config;
  EXPECT_FALSE(config.changes());
  for (const double progress : {0.0, 0.3, 1.0}) EXPECT_EQ(config.Factor(progress), 1);
}

TEST(ExplorationConfig, FallsFromOneToItsEnd) {
  const ExplorationConfig config{.schedule = "linear", .end = 0.2};
  EXPECT_TRUE(config.changes());
  EXPECT_EQ(config.Factor(0), 1);
  EXPECT_NEAR(config.Factor(0.5), 0.6, 1e-12);
  EXPECT_NEAR(config.Factor(1), 0.2, 1e-12);
}

}  // namespace
}  // namespace lerl
