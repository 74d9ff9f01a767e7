#include "lerl/agents/ppo_network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

PpoConfig Small() {
  PpoConfig config;
  config.encoder = {.width = 8, .layers = 1, .heads = 2, .feed_forward = 8, .band = 16};
  config.hidden = 8;
  return config;
}

TEST(PpoNetwork, LogDensityIsThatOfIndependentNormals) {
  PolicyOutput policy;
  policy.mu = torch::tensor({1.0f, 2.0f});
  policy.log_sigma = torch::tensor({0.0f, std::log(2.0f)});
  const double expected = -0.5 * 4 - 0.5 * 0.25 - std::log(2.0) - std::log(2 * std::numbers::pi);
  EXPECT_NEAR(PpoNetworkImpl::LogDensity(policy, torch::tensor({3.0f, 3.0f})).item<double>(),
              expected, 1e-5);
}

TEST(PpoNetwork, StartsWithTheConfiguredSigmaAndASilentContext) {
  PpoConfig config = Small();
  config.state_sigma = true;
  PpoNetwork network(config, PpoShape{6, 3, 4});
  Rng rng(1);
  InitialiseParameters(*network, rng);
  network->SilenceContext();
  const torch::Tensor encoded = torch::ones({2, 8});
  const PolicyOutput a = network->Heads(encoded, torch::zeros({2, 7}));
  const PolicyOutput b = network->Heads(encoded, torch::ones({2, 7}));
  EXPECT_TRUE(torch::allclose(a.log_sigma, torch::full({2, 4}, std::log(0.3))));
  EXPECT_TRUE(torch::equal(a.mu, b.mu));
  EXPECT_TRUE(torch::equal(a.value, b.value));
}

TEST(PpoNetwork, SwitchesTakePartsOfTheContextOut) {
  PpoConfig config = Small();
  config.use_dominant = false;
  PpoNetwork network(config, PpoShape{6, 3, 4});
  Rng rng(1);
  InitialiseParameters(*network, rng);
  const torch::Tensor encoded = torch::ones({1, 8});
  torch::Tensor context = torch::zeros({1, 7});
  const torch::Tensor base = network->Heads(encoded, context).mu;
  context.narrow(1, 3, 3).fill_(1);
  EXPECT_TRUE(torch::equal(base, network->Heads(encoded, context).mu));
  context.narrow(1, 0, 3).fill_(1);
  EXPECT_FALSE(torch::equal(base, network->Heads(encoded, context).mu));
}

}  // namespace
}  // namespace lerl
