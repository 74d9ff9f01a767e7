#include "lerl/nn/mlp.h"

#include <gtest/gtest.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/sequential.h>

#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

namespace nn = torch::nn;

// The same network by libtorch's modules, with the same parameters.
nn::Sequential ByOperators(const Mlp& mlp, int64_t in, int64_t hidden, int64_t out, bool bounded) {
  nn::Sequential plain(nn::Linear(in, hidden), nn::ReLU(), nn::Linear(hidden, hidden), nn::ReLU(),
                       nn::Linear(hidden, out));
  if (bounded) plain->push_back(nn::Tanh());
  Arrays arrays;
  SaveModule(*mlp, "", arrays);
  LoadModule(*plain, "", arrays);
  return plain;
}

Mlp Make(int64_t in, int64_t hidden, int64_t out, bool bounded) {
  Mlp mlp(in, hidden, out, bounded);
  Rng rng(3);
  InitialiseParameters(*mlp, rng);
  return mlp;
}

torch::Tensor MlpTestInputs(std::vector<int64_t> shape) {
  torch::Tensor x = torch::empty(shape);
  Rng rng(4);
  for (int64_t i = 0; i < x.numel(); ++i) x.data_ptr<float>()[i] = static_cast<float>(rng.Normal());
  return x;
}

class MlpTest : public ::testing::TestWithParam<bool> {};

TEST_P(MlpTest, HasTheValuesAndGradientsOfLibtorchsOperators) {
  Mlp mlp = Make(7, 10, 3, GetParam());
  nn::Sequential plain = ByOperators(mlp, 7, 10, 3, GetParam());
  torch::Tensor own = MlpTestInputs({4, 5, 7}).requires_grad_(),
                theirs = MlpTestInputs({4, 5, 7}).requires_grad_();
  const torch::Tensor y = mlp->forward(own), expected = plain->forward(theirs);
  EXPECT_EQ(y.sizes(), expected.sizes());
  EXPECT_TRUE(torch::allclose(y, expected, 1e-5, 1e-6));
  y.square().sum().backward();
  expected.square().sum().backward();
  EXPECT_TRUE(torch::allclose(own.grad(), theirs.grad(), 1e-4, 1e-5));
  for (const auto& parameter : plain->named_parameters())
    EXPECT_TRUE(torch::allclose(mlp->named_parameters()[parameter.key()].grad(),
                                parameter.value().grad(), 1e-4, 1e-5))
        << parameter.key();
}

TEST_P(MlpTest, LearnsFromInputsThatNeedNoGradient) {
  Mlp mlp = Make(7, 10, 3, GetParam());
  const torch::Tensor x = MlpTestInputs({6, 7});
  mlp->forward(x).sum().backward();
  EXPECT_FALSE(x.grad().defined());
  EXPECT_GT(mlp->named_parameters()["0.weight"].grad().abs().sum().item<float>(), 0);
}

TEST_P(MlpTest, AnswersWithoutAGraphWhereNoneIsAsked) {
  Mlp mlp = Make(7, 10, 3, GetParam());
  const torch::NoGradGuard no_grad;
  EXPECT_FALSE(mlp->forward(MlpTestInputs({6, 7})).requires_grad());
}

TEST_P(MlpTest, LearnsNothingWhileItIsFrozen) {
  Mlp mlp = Make(7, 10, 3, GetParam());
  torch::Tensor x = MlpTestInputs({6, 7}).requires_grad_(),
                frozen = MlpTestInputs({6, 7}).requires_grad_();
  mlp->Frozen(frozen).sum().backward();
  for (const torch::Tensor& parameter : mlp->parameters()) EXPECT_FALSE(parameter.grad().defined());
  mlp->forward(x).sum().backward();
  EXPECT_TRUE(torch::equal(frozen.grad(), x.grad()));
}

TEST(Mlp, SaysWhatItSaidScaledAndShifted) {
  Mlp mlp(7, 10, 3);
  const torch::Tensor x = MlpTestInputs({6, 7}), before = mlp->forward(x).detach();
  mlp->ChangeOutput(-2, 5);
  EXPECT_TRUE(torch::allclose(mlp->forward(x), before * -2 + 5, 1e-5, 1e-5));
}

INSTANTIATE_TEST_SUITE_P(PlainAndBounded, MlpTest, ::testing::Bool());

}  // namespace
}  // namespace lerl
