#include "lerl/agents/learning/policy_targets.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

torch::Tensor Row(std::vector<float> values) { return torch::tensor(values).unsqueeze(0); }

TEST(PolicyTargets, HoldPartsOfTheBatchWhoseSessionsMayBeShorter) {
  PolicyTargets targets = PolicyTargets::Zeros(2, 3);
  targets.Set(1, Row({1, 2}), Row({3, 4, 5}), {.advantage = Row({6, 7}), .returns = Row({8, 9})});
  EXPECT_TRUE(targets.log_density.equal(torch::tensor({{0, 0, 0}, {1, 2, 0}}).to(torch::kFloat)));
  EXPECT_TRUE(targets.value[1].equal(torch::tensor({3.0f, 4.0f, 0.0f}))) << "without the last";
  EXPECT_TRUE(targets.advantage[1].equal(torch::tensor({6.0f, 7.0f, 0.0f})));
  EXPECT_TRUE(targets.returns[1].equal(torch::tensor({8.0f, 9.0f, 0.0f})));
  EXPECT_EQ(targets.returns[0].sum().item<float>(), 0);
}

TEST(PolicyTargets, AreReadByRowsOfOtherMinibatches) {
  PolicyTargets targets = PolicyTargets::Zeros(3, 2);
  targets.log_density = torch::arange(6).view({3, 2});
  const PolicyTargets of = targets.Of(torch::tensor({2, 0}), 1);
  EXPECT_TRUE(of.log_density.equal(torch::tensor({{4}, {0}})));
  EXPECT_EQ(of.advantage.sizes(), (std::vector<int64_t>{2, 1}));
}

}  // namespace
}  // namespace lerl
