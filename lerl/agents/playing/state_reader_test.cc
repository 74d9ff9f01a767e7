#include "lerl/agents/playing/state_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/error.h"

namespace lerl {
namespace {

// Tokens of width 1 and states of width 1: what comes out can be computed by hand.
StateConfig OneWide(const std::string& encoder) {
  StateConfig config;
  config.encoder = encoder;
  config.width = 1;
  config.window = 2;
  return config;
}

Arrays EmbedTwice() {
  Arrays arrays;
  const float two = 2;
  arrays["e.embed.weight"] = Array::Of<float>({1, 1}, &two);
  arrays["e.embed.bias"] = Array::Of(std::vector<float>{0});
  return arrays;
}

TEST(StateReader, AveragesTheWindow) {
  StateReader reader(OneWide("average"), 1, EmbedTwice(), "e.");
  reader.Prepare(2);
  const std::vector<int> slots = {1};
  reader.Append(slots, 1, std::vector<float>{1});
  EXPECT_FLOAT_EQ(reader.Of(1)[0], 2);
  reader.Append(slots, 2, std::vector<float>{3, 5});  // the window holds 3 and 5
  EXPECT_FLOAT_EQ(reader.Of(1)[0], 8);
  EXPECT_FLOAT_EQ(reader.Of(0)[0], 0);
  reader.Clear(1);
  reader.Append(slots, 1, std::vector<float>{4});
  EXPECT_FLOAT_EQ(reader.Of(1)[0], 8);
}

// With x = 2, h = 0 and all weights 1 but those of W_h, which are 0:
//   r = z = sigmoid(2), n = tanh(2), h' = (1 - z) n
TEST(StateReader, StepsAGru) {
  Arrays arrays = EmbedTwice();
  const std::vector<float> ones = {1, 1, 1}, zeros = {0, 0, 0};
  arrays["e.gru.weight_ih_l0"] = Array::Of<float>({3, 1}, ones.data());
  arrays["e.gru.weight_hh_l0"] = Array::Of<float>({3, 1}, zeros.data());
  arrays["e.gru.bias_ih_l0"] = Array::Of(zeros);
  arrays["e.gru.bias_hh_l0"] = Array::Of(zeros);
  StateReader reader(OneWide("gru"), 1, arrays, "e.");
  reader.Prepare(1);
  reader.Append(std::vector<int>{0}, 1, std::vector<float>{1});
  const float z = 1 / (1 + std::exp(-2.0f));
  EXPECT_FLOAT_EQ(reader.Of(0)[0], (1 - z) * std::tanh(2.0f));
}

TEST(StateReader, RefusesACheckpointWithAnotherEncoder) {
  for (const char* encoder : {"transformer", "gru", "caser"}) {
    StateConfig config = OneWide(encoder);
    config.transformer = {.width = 4, .layers = 1, .heads = 1, .feed_forward = 4, .band = 4};
    EXPECT_THROW(StateReader(config, 1, EmbedTwice(), "e."), Error) << encoder;
  }
}

}  // namespace
}  // namespace lerl
