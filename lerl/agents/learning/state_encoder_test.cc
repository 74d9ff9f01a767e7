#include "lerl/agents/learning/state_encoder.h"

#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/nn/torch_arrays.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

constexpr int64_t kWidth = 5;

StateEncoder StateEncoderTestMake(const StateConfig& config) {
  StateEncoder encoder(config, kWidth);
  Rng rng(1);
  InitialiseParameters(*encoder, rng);
  return encoder;
}

// Encodings of all positions.
torch::Tensor EncodeAll(StateEncoder& encoder, const torch::Tensor& tokens) {
  const torch::Tensor all = torch::arange(tokens.size(1), torch::kInt64);
  return encoder->Encode(tokens, all.repeat({tokens.size(0), 1}));
}

class StateEncoderKinds : public testing::TestWithParam<std::string> {
 protected:
  StateEncoderKinds() {
    config_.encoder = GetParam();
    encoder_ = StateEncoderTestMake(config_);
    torch::manual_seed(3);
    tokens_ = torch::randn({2, 9, kWidth});
  }
  std::span<const float> Tokens(int64_t row, int64_t begin, int64_t count) const {
    return {tokens_[row][begin].data_ptr<float>(), At(count * kWidth)};
  }
  StateConfig config_ = TinyLearner().state;
  StateEncoder encoder_{nullptr};
  torch::Tensor tokens_;
};

TEST_P(StateEncoderKinds, PlayAgreesWithTrainingHoweverTokensCome) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor all = EncodeAll(encoder_, tokens_);
  StateTracker tracker(config_, encoder_);
  tracker.Prepare(3);
  for (const int slot : {0, 2}) tracker.Clear(slot);
  const std::vector<int> slots = {2};
  tracker.Append(slots, 6, Tokens(1, 0, 6));
  EXPECT_TRUE(torch::allclose(tracker.States(slots)[0], all[1][5], 1e-4, 1e-4));
  tracker.Append(slots, 1, Tokens(1, 6, 1));
  tracker.Append(slots, 2, Tokens(1, 7, 2));
  EXPECT_TRUE(torch::allclose(tracker.States(slots)[0], all[1][8], 1e-4, 1e-4));
  tracker.Clear(2);
  tracker.Append(slots, 9, Tokens(0, 0, 9));
  EXPECT_TRUE(torch::allclose(tracker.States(slots)[0], all[0][8], 1e-4, 1e-4));
}

TEST_P(StateEncoderKinds, SeesNothingThatComesLater) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor before = EncodeAll(encoder_, tokens_);
  tokens_.narrow(1, 5, 4).fill_(7);
  EXPECT_TRUE(
      torch::allclose(before.narrow(1, 0, 5), EncodeAll(encoder_, tokens_).narrow(1, 0, 5)));
}

TEST_P(StateEncoderKinds, EncodesThePositionsAskedFor) {
  const torch::Tensor places = torch::tensor({{8, 3, 3}, {0, 5, 1}}, torch::kInt64);
  const torch::Tensor all = EncodeAll(encoder_, tokens_), some = encoder_->Encode(tokens_, places);
  for (int64_t b = 0; b < 2; ++b)
    for (int64_t p = 0; p < 3; ++p)
      EXPECT_TRUE(torch::allclose(some[b][p], all[b][places[b][p].item<int64_t>()]));
}

INSTANTIATE_TEST_SUITE_P(Kinds, StateEncoderKinds,
                         testing::Values("transformer", "gru", "average", "caser"),
                         [](const auto& info) { return info.param; });

TEST(StateEncoder, AverageIsTheMeanOfTheWindow) {
  StateConfig config = TinyLearner().state;
  config.encoder = "average";
  config.window = 2;
  config.width = 2;
  StateEncoder encoder(config, 2);
  const torch::NoGradGuard no_grad;
  encoder->named_parameters()["embed.weight"].copy_(torch::eye(2));
  encoder->named_parameters()["embed.bias"].zero_();
  const torch::Tensor tokens = torch::tensor({{{1.0f, 0.0f}, {3.0f, 2.0f}, {5.0f, 0.0f}}});
  const torch::Tensor expected = torch::tensor({{{1.0f, 0.0f}, {2.0f, 1.0f}, {4.0f, 1.0f}}});
  EXPECT_TRUE(torch::allclose(EncodeAll(encoder, tokens), expected));
}

}  // namespace
}  // namespace lerl
