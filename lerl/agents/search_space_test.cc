#include "lerl/agents/search_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "lerl/agents/registry.h"
#include "lerl/base/config.h"
#include "lerl/base/halton.h"

namespace lerl {
namespace {

TEST(SearchSpace, IsThereForEveryAgentThatLearnsAndForNoOther) {
  std::vector<std::string> learners;
  for (const AgentRow& row : AgentRows())
    if (row.learns) learners.emplace_back(row.name);
  EXPECT_EQ(TunableAgents(), learners);
}

TEST(SearchSpace, HoldsValuesThatTheSettingsTake) {
  for (const std::string& agent : TunableAgents()) {
    const SearchSpace space = FindAgentRow(agent).space();
    EXPECT_FALSE(space.empty());
    EXPECT_LE(space.size(), static_cast<size_t>(kHaltonDimensions));
    std::set<std::string> names;
    for (const SearchSetting& setting : space) {
      EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
      for (const double u : {0.0, 0.3, 0.7, 0.999999}) {
        AgentConfig config;  // throws where a name or a value is not known
        ConfigSource::FromText("", agent, {setting.name + "=" + setting.At(u)}).Read(config);
      }
    }
  }
}

TEST(SearchSetting, IsEvenInItsRangeOrInItsLogarithm) {
  const SearchSetting linear{.name = "a", .low = 1, .high = 3};
  EXPECT_EQ(linear.At(0.25), "1.5");
  const SearchSetting logarithmic{.name = "a", .low = 1e-4, .high = 1e-2, .logarithmic = true};
  EXPECT_EQ(logarithmic.At(0), "0.0001");
  EXPECT_EQ(logarithmic.At(0.5), "0.001");
  const SearchSetting choice{.name = "a", .choices = {"1", "2", "4"}};
  EXPECT_EQ(choice.At(0), "1");
  EXPECT_EQ(choice.At(0.4), "2");
  EXPECT_EQ(choice.At(0.99), "4");
}

}  // namespace
}  // namespace lerl
