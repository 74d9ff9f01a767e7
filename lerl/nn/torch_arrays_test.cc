#include "lerl/nn/torch_arrays.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

torch::nn::Linear TorchArraysTestLayer(uint64_t seed) {
  torch::nn::Linear layer(4, 3);
  Rng rng(seed);
  InitialiseParameters(*layer, rng);
  return layer;
}

TEST(TorchArrays, InitialisesAlikeForOneSeed) {
  EXPECT_TRUE(torch::equal(TorchArraysTestLayer(1)->weight, TorchArraysTestLayer(1)->weight));
  EXPECT_FALSE(torch::equal(TorchArraysTestLayer(1)->weight, TorchArraysTestLayer(2)->weight));
  EXPECT_EQ(TorchArraysTestLayer(1)->bias.abs().sum().item<float>(), 0.0f);
  EXPECT_LE(TorchArraysTestLayer(1)->weight.abs().max().item<float>(), 0.5f);
}

TEST(TorchArrays, NameTheArrayThatIsMissingOrOfAnotherShape) {
  torch::nn::Linear layer = TorchArraysTestLayer(1);
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
