#include "lerl/agents/learning/sum_gradients.h"

#include <gtest/gtest.h>

#include "lerl/testing/thread_ranks.h"

namespace lerl {
namespace {

TEST(SumGradients, AddsUpGradientsAndFurtherNumbersOverTheRanks) {
  ThreadRanks::Run(3, [](Ranks& ranks) {
    const auto r = static_cast<float>(ranks.rank());
    const std::vector<torch::Tensor> parameters = {torch::zeros({2, 2}), torch::zeros({3}),
                                                   torch::zeros({1})};
    parameters[0].mutable_grad() = torch::full({2, 2}, r);
    if (ranks.rank() == 1) parameters[1].mutable_grad() = torch::tensor({1.0f, 2.0f, 3.0f});
    std::vector<double> further = {1, static_cast<double>(r)};
    SumGradients(ranks, parameters, further);
    // 0 + 1 + 2; what one rank alone has is all there is; no rank has one for the third.
    EXPECT_TRUE(parameters[0].grad().equal(torch::full({2, 2}, 3.0f)));
    EXPECT_TRUE(parameters[1].grad().equal(torch::tensor({1.0f, 2.0f, 3.0f})));
    EXPECT_FALSE(parameters[2].grad().defined());
    EXPECT_EQ(further, (std::vector<double>{3, 3}));
  });
}

TEST(SumTensors, AddsUpTensorsInPlace) {
  ThreadRanks::Run(2, [](Ranks& ranks) {
    const torch::Tensor a = torch::full({2}, 1.0f + static_cast<float>(ranks.rank()));
    const torch::Tensor b = torch::full({1, 2}, 0.5f);
    SumTensors(ranks, {a, b});
    EXPECT_TRUE(a.equal(torch::full({2}, 3.0f)));
    EXPECT_TRUE(b.equal(torch::full({1, 2}, 1.0f)));
  });
}

TEST(SumTensors, LeavesThoseOfAProcessAloneAsTheyAre) {
  const torch::Tensor a = torch::tensor({0.1f, -2.0f});
  SumTensors(Alone(), {a});
  EXPECT_TRUE(a.equal(torch::tensor({0.1f, -2.0f})));
}

}  // namespace
}  // namespace lerl
