#include "lerl/agents/learning/n_step.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

// Three sessions with gamma = 1/2, padded to 4 steps, rewards 1, 2, 4, 8 and V(s_t+1) = 16, 32, 48,
// 64. The user leaves the first after 4 steps; the second is cut after 3; in the third a visit ends
// after its second step, where half as much goes on as elsewhere.
struct PaddedSessions {
  const torch::Tensor rewards =
      torch::tensor({{1.0f, 2.0f, 4.0f, 8.0f}, {1.0f, 2.0f, 4.0f, 0.0f}, {1.0f, 2.0f, 4.0f, 8.0f}});
  const torch::Tensor discounts = torch::tensor(
      {{0.5f, 0.5f, 0.5f, 0.0f}, {0.5f, 0.5f, 0.5f, 0.0f}, {0.5f, 0.25f, 0.5f, 0.5f}});
  const torch::Tensor valid =
      torch::tensor({{1.0f, 1.0f, 1.0f, 1.0f}, {1.0f, 1.0f, 1.0f, 0.0f}, {1.0f, 1.0f, 1.0f, 1.0f}});
  const torch::Tensor values = torch::tensor({16.0f, 32.0f, 48.0f, 64.0f}).expand({3, 4});

  // y_t of the steps of one session.
  std::vector<float> Targets(int64_t session, int64_t n) const {
    const torch::Tensor y =
        (rewards + discounts * NStepValues(rewards, discounts, valid, values, n))[session];
    const int64_t steps = valid[session].sum().item<int64_t>();
    return {y.data_ptr<float>(), y.data_ptr<float>() + steps};
  }
};

TEST(NStep, IsTheNextValueWhereItIsOne) {
  const PaddedSessions padded;
  EXPECT_TRUE(NStepValues(padded.rewards, padded.discounts, padded.valid, padded.values, 1)
                  .is_same(padded.values));
  EXPECT_EQ(padded.Targets(0, 1),
            (std::vector<float>{1 + 0.5f * 16, 2 + 0.5f * 32, 4 + 0.5f * 48, 8}));
}

TEST(NStep, AddsUpTheRewardsOfInnerSteps) {
  // r_0 + gamma r_1 + gamma^2 V(s_2), and so on until the end is nearer than two steps.
  EXPECT_EQ(
      PaddedSessions().Targets(0, 2),
      (std::vector<float>{1 + 0.5f * 2 + 0.25f * 32, 2 + 0.5f * 4 + 0.25f * 48, 4 + 0.5f * 8, 8}));
  EXPECT_EQ(PaddedSessions().Targets(0, 3)[0], 1 + 0.5f * 2 + 0.25f * 4 + 0.125f * 48);
}

TEST(NStep, DoesNotBootstrapWhereTheUserLeft) {
  const std::vector<float> returns = {1 + 0.5f * 2 + 0.25f * 4 + 0.125f * 8,
                                      2 + 0.5f * 4 + 0.25f * 8, 4 + 0.5f * 8, 8};
  EXPECT_EQ(PaddedSessions().Targets(0, 4), returns);
  EXPECT_EQ(PaddedSessions().Targets(0, 100), returns);  // there are no more steps than four
}

TEST(NStep, BootstrapsFromItsOwnLastStateWhereASessionWasCut) {
  // V(s_3) = 48, though the padded batch has a fourth step, whose next value is 64.
  EXPECT_EQ(
      PaddedSessions().Targets(1, 2),
      (std::vector<float>{1 + 0.5f * 2 + 0.25f * 32, 2 + 0.5f * 4 + 0.25f * 48, 4 + 0.5f * 48}));
  EXPECT_EQ(PaddedSessions().Targets(1, 100),
            (std::vector<float>{1 + 0.5f * 2 + 0.25f * 4 + 0.125f * 48, 2 + 0.5f * 4 + 0.25f * 48,
                                4 + 0.5f * 48}));
}

TEST(NStep, DiscountsByWhatGoesOnAfterEachStep) {
  EXPECT_EQ(PaddedSessions().Targets(2, 3)[0], 1 + 0.5f * (2 + 0.25f * (4 + 0.5f * 48)));
  EXPECT_EQ(PaddedSessions().Targets(2, 3)[2], 4 + 0.5f * (8 + 0.5f * 64));
}

TEST(NStep, TakesABatchWithoutSteps) {
  const torch::Tensor none = torch::zeros({2, 0});
  EXPECT_EQ(NStepValues(none, none, none, none, 3).numel(), 0);
}

}  // namespace
}  // namespace lerl
