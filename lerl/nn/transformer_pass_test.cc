#include "lerl/nn/transformer_pass.h"

#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/nn/incremental_transformer.h"
#include "lerl/testing/random_transformer.h"

namespace lerl {
namespace {

constexpr const char* kOfBlock[] = {"norm1.weight", "norm1.bias", "qkv.weight",   "qkv.bias",
                                    "out.weight",   "out.bias",   "norm2.weight", "norm2.bias",
                                    "up.weight",    "up.bias",    "down.weight",  "down.bias",
                                    "relative"};

// Random weights, and the pass over them.
struct Network {
  TransformerConfig config;
  Arrays arrays;
  std::vector<std::vector<float>> parameters;

  explicit Network(const TransformerConfig& c) : config(c), arrays(RandomWeights(c)) {
    for (int64_t l = 0; l < config.layers; ++l)
      for (const char* name : kOfBlock) Add("block" + std::to_string(l) + "." + name);
    Add("norm.weight");
    Add("norm.bias");
  }
  void Add(const std::string& name) {
    parameters.push_back(arrays.at("net." + name).Values<float>());
  }
  TransformerPass Pass() const {
    std::vector<const float*> pointers;
    for (const auto& values : parameters) pointers.push_back(values.data());
    return {config, pointers};
  }
  // sum_i y_i slope_i
  double Loss(int64_t steps, const std::vector<float>& x, const std::vector<float>& slope) const {
    std::vector<float> y(x.size());
    Pass().Forward(steps, x.data(), y.data(), nullptr);
    double loss = 0;
    for (size_t i = 0; i < y.size(); ++i)
      loss += static_cast<double>(y[i]) * static_cast<double>(slope[i]);
    return loss;
  }
};

class Passes : public testing::TestWithParam<TransformerConfig> {};

TEST_P(Passes, AgreeWithTheEngineOverSequencesLongerThanTheBand) {
  const TransformerConfig config = GetParam();
  const Network network(config);
  const IncrementalTransformer engine(config, network.arrays, "net.");
  for (const int64_t steps : {int64_t{1}, config.band, 2 * config.band + 27}) {
    const std::vector<float> x = Inputs(steps * config.width);
    std::vector<float> y(x.size()), expected(x.size());
    IncrementalTransformer::Cache cache(config, 1);
    const int slot = 0;
    engine.Append(cache, {&slot, 1}, static_cast<int>(steps), x, expected);
    const TransformerPass pass = network.Pass();
    std::vector<float> kept(At(pass.KeptSize(steps)));
    pass.Forward(steps, x.data(), y.data(), kept.data());
    for (size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], expected[i], 1e-4) << i;
    std::vector<float> again(x.size());
    pass.Forward(steps, x.data(), again.data(), nullptr);
    EXPECT_EQ(again, y);
  }
}

TEST_P(Passes, HaveTheGradientOfFiniteDifferences) {
  const TransformerConfig config = GetParam();
  Network network(config);
  const int64_t steps = config.band + 29;
  std::vector<float> x = Inputs(steps * config.width), y(x.size()), dx(x.size());
  Rng rng(9, "slope");
  const std::vector<float> slope = Normals(steps * config.width, 0.1, rng);
  const TransformerPass pass = network.Pass();
  std::vector<float> kept(At(pass.KeptSize(steps)));
  pass.Forward(steps, x.data(), y.data(), kept.data());
  TransformerPass::Gradients sums(pass);
  pass.Backward(steps, kept.data(), slope.data(), dx.data(), sums);
  std::vector<std::vector<float>> gradients = network.parameters;
  std::vector<float*> out;
  for (auto& values : gradients) out.push_back(values.data());
  sums.Write(out);
  const auto check = [&](float& value, float gradient, const std::string& what) {
    const float before = value, step = 5e-3f;
    value = before + step;
    const double up = network.Loss(steps, x, slope);
    value = before - step;
    const double down = network.Loss(steps, x, slope);
    value = before;
    const double expected = (up - down) / (2 * static_cast<double>(step));
    EXPECT_NEAR(gradient, expected, 2e-2 * std::max(1.0, std::abs(expected))) << what;
  };
  for (size_t i = 0; i < x.size(); i += x.size() / 7) check(x[i], dx[i], "x");
  for (size_t p = 0; p < gradients.size(); ++p) {
    for (size_t i = 0; i < gradients[p].size(); i += gradients[p].size() / 3 + 1)
      check(network.parameters[p][i], gradients[p][i], "parameter " + std::to_string(p));
  }
}

INSTANTIATE_TEST_SUITE_P(Widths, Passes,
                         testing::Values(TransformerConfig{48, 2, 4, 96, 20},
                                         TransformerConfig{20, 1, 2, 30, 16},
                                         TransformerConfig{64, 2, 4, 64, 70},
                                         TransformerConfig{32, 2, 4, 40, 1}));

}  // namespace
}  // namespace lerl
