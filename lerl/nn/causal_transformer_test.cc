#include "lerl/nn/causal_transformer.h"

#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/nn/torch_arrays.h"
#include "lerl/nn/torch_threads.h"

namespace lerl {
namespace {

struct Pair {
  CausalTransformer module;
  Arrays weights;

  explicit Pair(const TransformerConfig& config) : module(config) {
    UseOneTorchThread();
    Rng rng(3, "weights");
    InitialiseParameters(*module, rng);
    SaveModule(*module, "net.", weights);
    const torch::NoGradGuard no_grad;
    for (torch::Tensor& p : module->parameters()) {  // biases and norms that matter
      if (p.dim() == 1)
        for (int64_t i = 0; i < p.size(0); ++i) p[i] += static_cast<float>(0.1 * rng.Normal());
    }
    SaveModule(*module, "net.", weights);
  }
};

torch::Tensor CausalTransformerTestInputs(int64_t batch, int64_t steps, int64_t width) {
  Rng rng(5, "inputs");
  torch::Tensor x = torch::empty({batch, steps, width});
  for (int64_t i = 0; i < x.numel(); ++i) x.data_ptr<float>()[i] = static_cast<float>(rng.Normal());
  return x;
}

std::vector<float> Values(const torch::Tensor& tensor) {
  const torch::Tensor dense = tensor.detach().contiguous();
  return {dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel()};
}

// Encodes x [B, S, D] in pieces of the given lengths, which sum to S.
std::vector<float> CausalTransformerTestInPieces(const TransformerConfig& config,
                                                 const Arrays& weights, const torch::Tensor& x,
                                                 const std::vector<int>& pieces) {
  const IncrementalTransformer engine(config, weights, "net.");
  const auto batch = static_cast<int>(x.size(0));
  IncrementalTransformer::Cache cache(config, batch);
  std::vector<int> slots;
  for (int slot = 0; slot < batch; ++slot) slots.push_back(slot);
  torch::Tensor y = torch::empty_like(x);
  int64_t at = 0;
  for (const int piece : pieces) {
    const auto part = Values(x.slice(1, at, at + piece));
    std::vector<float> out(part.size());
    engine.Append(cache, slots, piece, part, out);
    y.slice(1, at, at + piece).copy_(torch::tensor(out).view({x.size(0), piece, x.size(2)}));
    at += piece;
  }
  return Values(y);
}

class Agreement : public testing::TestWithParam<TransformerConfig> {};

TEST_P(Agreement, OfPiecesWithOnePassOverSequencesLongerThanTheBand) {
  const TransformerConfig config = GetParam();
  Pair pair(config);
  const int64_t steps = 3 * config.band + 27;
  const torch::Tensor x = CausalTransformerTestInputs(3, steps, config.width);
  const auto expected = Values(pair.module(x));
  const auto rest = static_cast<int>(steps);
  for (const auto& pieces :
       {std::vector<int>{rest}, {6, 6, 1, rest - 13}, std::vector<int>(At(rest), 1)}) {
    const auto actual = CausalTransformerTestInPieces(config, pair.weights, x, pieces);
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < actual.size(); ++i) ASSERT_NEAR(actual[i], expected[i], 1e-4) << i;
  }
}

TEST_P(Agreement, OfOutputsAndGradientsWithLibtorchsOperators) {
  const TransformerConfig config = GetParam();
  Pair pair(config);
  torch::Tensor x = CausalTransformerTestInputs(2, config.band + 27, config.width).requires_grad_();
  const torch::Tensor slope =
      CausalTransformerTestInputs(2, config.band + 27, config.width).flip({0});
  const auto gradients = [&](const torch::Tensor& y) {
    std::vector<torch::Tensor> by = pair.module->parameters();
    by.push_back(x);
    return torch::autograd::grad({(y * slope).sum()}, by);
  };
  const torch::Tensor y = pair.module(x), expected = pair.module->ByOperators(x);
  EXPECT_TRUE(torch::allclose(y, expected, 1e-4, 1e-4));
  const auto actual = gradients(y), right = gradients(expected);
  for (size_t i = 0; i < actual.size(); ++i) {
    const double scale = 1e-4 * (1 + right[i].abs().max().item<double>());
    EXPECT_TRUE(torch::allclose(actual[i], right[i], 1e-4, scale)) << i;
  }
}

TEST(CausalTransformer, LeavesOutWhatLiesBeyondTheLengths) {
  const TransformerConfig config{16, 2, 2, 16, 8};
  Pair pair(config);
  const torch::Tensor x = CausalTransformerTestInputs(2, 12, 16), all = pair.module(x),
                      y = pair.module->forward(x, {12, 7});
  EXPECT_EQ(Values(y[0]), Values(all[0]));
  EXPECT_EQ(Values(y[1].slice(0, 0, 7)), Values(all[1].slice(0, 0, 7)));
  EXPECT_EQ(y[1].slice(0, 7).abs().max().item<float>(), 0);
}

INSTANTIATE_TEST_SUITE_P(Widths, Agreement,
                         testing::Values(TransformerConfig{64, 2, 4, 64, 20},
                                         TransformerConfig{48, 2, 4, 40, 33},
                                         TransformerConfig{20, 1, 2, 30, 16},
                                         TransformerConfig{64, 3, 2, 128, 1},
                                         TransformerConfig{32, 2, 4, 32, 100}));

TEST(CausalTransformer, LetsNothingAfterAPositionReachIt) {
  const TransformerConfig config{16, 2, 2, 16, 8};
  Pair pair(config);
  torch::Tensor x = CausalTransformerTestInputs(1, 12, 16);
  const auto before = Values(pair.module(x).slice(1, 0, 7));
  x.slice(1, 7).fill_(1e3);
  EXPECT_EQ(before, Values(pair.module(x).slice(1, 0, 7)));
}

TEST(CausalTransformer, DropsOnlyInTraining) {
  CausalTransformer module(TransformerConfig{16, 2, 2, 16, 8}, 0.5);
  const torch::Tensor x = CausalTransformerTestInputs(1, 12, 16);
  module->eval();
  EXPECT_EQ(Values(module(x)), Values(module(x)));
  module->train();
  EXPECT_NE(Values(module(x)), Values(module(x)));
}

}  // namespace
}  // namespace lerl
