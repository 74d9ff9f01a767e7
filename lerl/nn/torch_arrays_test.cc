#include "lerl/nn/torch_arrays.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

torch::nn::Linear Layer(uint64_t seed) {
  torch::nn::Linear layer(4, 3);
  Rng rng(seed);
  InitialiseParameters(*layer, rng);
  return layer;
}

void Steps(torch::nn::Linear& layer, torch::optim::Adam& adam, int count) {
  for (int i = 0; i < count; ++i) {
    adam.zero_grad();
    layer(torch::ones({2, 4})).square().sum().backward();
    adam.step();
  }
}

TEST(TorchArrays, InitialisesAlikeForOneSeed) {
  EXPECT_TRUE(torch::equal(Layer(1)->weight, Layer(1)->weight));
  EXPECT_FALSE(torch::equal(Layer(1)->weight, Layer(2)->weight));
  EXPECT_EQ(Layer(1)->bias.abs().sum().item<float>(), 0.0f);
  EXPECT_LE(Layer(1)->weight.abs().max().item<float>(), 0.5f);
}

TEST(TorchArrays, GoOnFromSavedParametersAndMomentsAsIfNothingHadHappened) {
  torch::nn::Linear one = Layer(1), two = Layer(2);
  torch::optim::Adam first(one->parameters(), 0.01), second(two->parameters(), 0.01);
  Steps(one, first, 3);
  Arrays arrays;
  SaveModule(*one, "net.", arrays);
  SaveAdam(first, "adam.", arrays);
  LoadModule(*two, "net.", arrays);
  LoadAdam(second, "adam.", arrays);
  Steps(one, first, 3);
  Steps(two, second, 3);
  EXPECT_TRUE(torch::equal(one->weight, two->weight));
  EXPECT_TRUE(torch::equal(one->bias, two->bias));
}

TEST(TorchArrays, NameTheArrayThatIsMissingOrOfAnotherShape) {
  torch::nn::Linear layer = Layer(1);
  Arrays arrays;
  SaveModule(*layer, "net.", arrays);
  arrays.at("net.bias").shape = {1};
  try {
    LoadModule(*layer, "net.", arrays);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("net.bias"), std::string::npos);
  }
  EXPECT_THROW(LoadModule(*layer, "other.", arrays), Error);
}

}  // namespace
}  // namespace lerl
