#include "lerl/nn/adam.h"

#include <gtest/gtest.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adam.h>

#include <cmath>
#include <limits>

#include "lerl/base/error.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

torch::nn::Linear AdamTestLayer(uint64_t seed) {
  torch::nn::Linear layer(5, 3);
  Rng rng(seed);
  InitialiseParameters(*layer, rng);
  return layer;
}

torch::Tensor Loss(torch::nn::Linear& layer, int step) {
  return layer(torch::full({2, 5}, 0.3 + step)).square().sum();
}

void Steps(torch::nn::Linear& layer, Adam& adam, int count) {
  for (int i = 0; i < count; ++i) {
    adam.ClearGradients();
    Loss(layer, i).backward();
    adam.Step();
  }
}

TEST(Adam, TakesTheFirstTwoStepsAsByHand) {
  torch::Tensor p = torch::full({1}, 2.0).requires_grad_();
  Adam adam({p}, /*rate=*/0.1, /*epsilon=*/0);
  // First: m = .1 g, v = .001 g^2, both corrected to g and g^2: a step of the whole rate.
  p.mutable_grad() = torch::full({1}, 4.0);
  adam.Step();
  EXPECT_NEAR(p.item<float>(), 1.9, 1e-6);
  // Second: m = .1 x .9 x 4 - .1 x 2, v = .001 x .999 x 16 + .001 x 4.
  p.mutable_grad() = torch::full({1}, -2.0);
  adam.Step();
  const double mean = (0.36 - 0.2) / (1 - 0.81), square = (0.015984 + 0.004) / (1 - 0.998001);
  EXPECT_NEAR(p.item<float>(), 1.9 - 0.1 * mean / std::sqrt(square), 1e-6);
}

TEST(Adam, StepsAtTheRateThatWasSetLast) {
  torch::Tensor p = torch::full({1}, 2.0).requires_grad_();
  Adam adam({p}, /*rate=*/0.1, /*epsilon=*/0);
  adam.set_rate(0.25);
  EXPECT_EQ(adam.rate(), 0.25);
  p.mutable_grad() = torch::full({1}, 4.0);
  adam.Step();  // the first step is of the whole rate
  EXPECT_NEAR(p.item<float>(), 1.75, 1e-6);
}

TEST(Adam, SaysHowLargeTheGradientWasBeforeAndAfterItsClipping) {
  torch::Tensor p = torch::zeros({2}).requires_grad_();
  Adam adam({p}, 0.1, 1e-8);
  EXPECT_EQ(adam.gradient_norm(), 0);
  p.mutable_grad() = torch::tensor({3.0f, 4.0f});
  adam.Step(/*max_gradient=*/2);
  EXPECT_NEAR(adam.gradient_norm(), 5, 1e-6);
  EXPECT_NEAR(adam.clipped_gradient_norm(), 2, 1e-6);
  adam.Step(/*max_gradient=*/20);
  EXPECT_EQ(adam.clipped_gradient_norm(), adam.gradient_norm());
}

TEST(Adam, AgreesWithLibtorch) {
  torch::nn::Linear one = AdamTestLayer(1), two = AdamTestLayer(1);
  Adam own(one->parameters(), 0.01, 1e-5);
  torch::optim::Adam theirs(two->parameters(), torch::optim::AdamOptions(0.01).eps(1e-5));
  for (int i = 0; i < 20; ++i) {
    own.ClearGradients();
    Loss(one, i).backward();
    own.Step(/*max_gradient=*/0.5);
    theirs.zero_grad();
    Loss(two, i).backward();
    torch::nn::utils::clip_grad_norm_(two->parameters(), 0.5);
    theirs.step();
  }
  EXPECT_TRUE(torch::allclose(one->weight, two->weight, 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(one->bias, two->bias, 1e-5, 1e-6));
}

TEST(Adam, LeavesAParameterWithoutAGradient) {
  const torch::Tensor p = torch::full({2}, 1.0).requires_grad_(), q = torch::full({2}, 1.0);
  torch::Tensor with = p;
  with.mutable_grad() = torch::full({2}, 1.0);
  Adam adam({p, q}, 0.1, 1e-8);
  adam.Step();
  EXPECT_LT(p[0].item<float>(), 0.95f);
  EXPECT_EQ(q[0].item<float>(), 1.0f);
}

TEST(Adam, RefusesAGradientThatIsNotFiniteAndChangesNothing) {
  torch::Tensor p = torch::full({2}, 1.0).requires_grad_(), q = torch::full({3}, 1.0);
  q.requires_grad_();
  Adam adam({p, q}, 0.1, 1e-8);
  for (const float broken :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    p.mutable_grad() = torch::full({2}, 1.0);
    q.mutable_grad() = torch::full({3}, 1.0);
    q.mutable_grad()[2] = broken;
    EXPECT_EQ(adam.BrokenGradient(), 1);
    try {
      adam.Step(/*max_gradient=*/0.5);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUnusable);
      EXPECT_NE(std::string(error.what()).find("parameter 1"), std::string::npos);
    }
    EXPECT_TRUE(p.equal(torch::full({2}, 1.0)));
    EXPECT_TRUE(q.equal(torch::full({3}, 1.0)));
  }
  // Gradients whose squares no float holds are finite.
  q.mutable_grad() = torch::full({3}, 1e30);
  EXPECT_EQ(adam.BrokenGradient(), -1);
  adam.Step(/*max_gradient=*/0.5);
  EXPECT_TRUE(q.isfinite().all().item<bool>());
}

TEST(Adam, GoesOnFromWhatWasSavedAsIfNothingHadHappened) {
  torch::nn::Linear one = AdamTestLayer(1), two = AdamTestLayer(2);
  Adam first(one->parameters(), 0.01, 1e-5), second(two->parameters(), 0.01, 1e-5);
  Steps(one, first, 3);
  Arrays arrays;
  SaveModule(*one, "net.", arrays);
  first.Save("adam.", arrays);
  LoadModule(*two, "net.", arrays);
  second.Load("adam.", arrays);
  Steps(one, first, 3);
  Steps(two, second, 3);
  EXPECT_TRUE(torch::equal(one->weight, two->weight));
  EXPECT_TRUE(torch::equal(one->bias, two->bias));
  arrays.erase("adam.1.mean");
  EXPECT_THROW(second.Load("adam.", arrays), Error);
}

}  // namespace
}  // namespace lerl
