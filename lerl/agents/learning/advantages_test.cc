#include "lerl/agents/learning/advantages.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

// Two sessions, of two steps (cut) and of one (left); gamma .5, lambda 1, rewards 1 2 and 3, every
// value 4: returns 1 + .5 (2 + .5 * 4) = 3, 2 + .5 * 4 = 4 and 3.
TEST(Advantages, EndWithEachSessionAndAreZeroAfterIt) {
  SessionBatch batch;
  batch.tokens = torch::zeros({2, 1, 1});
  batch.valid = torch::tensor({{1.0f, 1.0f}, {1.0f, 0.0f}});
  batch.goes_on = torch::tensor({{1.0f, 1.0f}, {0.0f, 0.0f}});
  const torch::Tensor rewards = torch::tensor({{1.0f, 2.0f}, {3.0f, 9.0f}});
  const Advantages out =
      ComputeAdvantages(batch, rewards, torch::full({2, 3}, 4.0f), {.gamma = 0.5, .lambda = 1});
  EXPECT_TRUE(torch::allclose(out.returns, torch::tensor({{3.0f, 4.0f}, {3.0f, 0.0f}})));
  EXPECT_TRUE(torch::allclose(out.advantage, torch::tensor({{-1.0f, 0.0f}, {-1.0f, 0.0f}})));
}

}  // namespace
}  // namespace lerl
