#include "lerl/lm_tuning/tuned_llama.h"

#include <gtest/gtest.h>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/nn/torch_threads.h"
#include "lerl/testing/embedded_model.h"

namespace lerl {
namespace {

const std::vector<int32_t> kTunedLlamaTestPrefix = {504, 3575, 253, 1038};
const std::vector<std::vector<int32_t>> kTunedLlamaTestSuffixes = {{1038, 28, 9, 77}, {600}};
const std::vector<int32_t> kTunedLlamaTestLabels = {10, 2000, 40000};

torch::Tensor TunedLlamaTestLogP(const TunedLlama& llama) {
  return llama.LogP(llama.RunFrozen(kTunedLlamaTestPrefix, kTunedLlamaTestSuffixes),
                    llama.LabelRows(kTunedLlamaTestLabels));
}

TEST(TunedLlama, HasTheSameAnswersWhereverTheFrozenLayersEnd) {
  LERL_NEED_DEFAULT_MODEL(path);
  UseOneTorchThread();
  const torch::NoGradGuard no_gradient;
  const LlamaFile file(path);
  const torch::Tensor few = TunedLlamaTestLogP(TunedLlama(file, {.layers = 1}));
  const torch::Tensor many = TunedLlamaTestLogP(TunedLlama(file, {.layers = 5}));
  EXPECT_LT((few - many).abs().max().item<float>(), 1e-3);
  EXPECT_NEAR(few.exp().sum().item<float>(), 2, 1e-5);
  EXPECT_THROW(TunedLlama(file, {.layers = 31}), Error);
}

// The gradient of A and B in the lowest tuned layer, which flows through the prefix, too, against
// differences of the loss.
TEST(TunedLlama, HasTheGradientOfItsAnswers) {
  LERL_NEED_DEFAULT_MODEL(path);
  UseOneTorchThread();
  const LlamaFile file(path);
  const TunedLlama llama(file, {.layers = 2, .rank = 2, .alpha = 4});
  const std::vector<torch::Tensor> parameters = llama.parameters();
  {
    const torch::NoGradGuard no_gradient;  // B of zeros would leave A without a gradient
    for (size_t i = 1; i < parameters.size(); i += 2) parameters[i].fill_(0.05F);
  }
  const auto loss = [&] { return -TunedLlamaTestLogP(llama).select(1, 1).sum(); };
  loss().backward();
  for (const size_t i : {0UL, 1UL, 2UL, 5UL, 7UL, 8UL, 13UL}) {
    const torch::Tensor gradient = parameters[i].grad().flatten();
    const int64_t place = gradient.abs().argmax().item<int64_t>();
    const torch::NoGradGuard no_gradient;
    torch::Tensor value = parameters[i].flatten()[place];
    constexpr float kStep = 1e-2F;
    value += kStep;
    const float above = loss().item<float>();
    value -= 2 * kStep;
    const float below = loss().item<float>();
    value += kStep;
    const float expected = gradient[place].item<float>();
    EXPECT_NEAR((above - below) / (2 * kStep), expected, 0.03 * std::abs(expected) + 1e-3) << i;
  }
}

TEST(TunedLlama, NamesItsAdapterByLayerAndMatrix) {
  LERL_NEED_DEFAULT_MODEL(path);
  const LlamaFile file(path);
  const std::vector<LoraTensor> adapter = TunedLlama(file, {.layers = 1, .rank = 3}).Adapter();
  ASSERT_EQ(adapter.size(), 14U);
  EXPECT_EQ(adapter[2].name, "blk.29.attn_k.weight.lora_a");
  EXPECT_EQ(adapter[2].rows, 3);
  EXPECT_EQ(adapter[3].rows, 192);
  EXPECT_EQ(adapter[13].name, "blk.29.ffn_down.weight.lora_b");
}

}  // namespace
}  // namespace lerl
