#include "lerl/agents/agent.h"

#include <gtest/gtest.h>

#include "lerl/base/check.h"

namespace lerl {
namespace {

class Silent : public Agent {
 public:
  std::string name() const override { return "silent"; }
  void Prepare(int) override {}
  void Start(int, int32_t) override {}
  void Act(std::span<const Observation>, bool, std::span<float>, std::span<float>) override {}
  void Observe(std::span<const Shown>) override {}
  void Save(TensorFile&) const override {}
  void Load(const TensorFile&) override {}
};

TEST(Agent, ThatDoesNotLearnRefusesAnUpdate) {
  Silent agent;
  EXPECT_FALSE(agent.learns());
  EXPECT_TRUE(agent.WarmStart().empty());
  EXPECT_THROW(agent.Update(SessionLog{}), CheckFailure);
}

}  // namespace
}  // namespace lerl
