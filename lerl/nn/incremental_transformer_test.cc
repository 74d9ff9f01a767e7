#include "lerl/nn/incremental_transformer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/rng.h"

// Agreement with the libtorch module is tested in causal_transformer_test.cc.

namespace lerl {
namespace {

std::vector<float> Normals(int64_t count, double scale, Rng& rng) {
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = static_cast<float>(scale * rng.Normal());
  return values;
}

Arrays RandomWeights(const TransformerConfig& config) {
  Rng rng(1, "weights");
  Arrays arrays;
  const auto add = [&](const std::string& name, std::vector<int64_t> shape) {
    const int64_t count =
        std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
    const double scale = shape.size() == 2 ? 1 / std::sqrt(static_cast<double>(shape[1])) : 0.5;
    arrays["net." + name] = Array::Of<float>(shape, Normals(count, scale, rng).data());
  };
  const int64_t width = config.width, hidden = config.feed_forward;
  for (int64_t l = 0; l < config.layers; ++l) {
    const std::string block = "block" + std::to_string(l) + ".";
    for (const char* norm : {"norm1", "norm2"}) {
      add(block + norm + ".weight", {width});
      add(block + norm + ".bias", {width});
    }
    add(block + "qkv.weight", {3 * width, width});
    add(block + "qkv.bias", {3 * width});
    add(block + "out.weight", {width, width});
    add(block + "out.bias", {width});
    add(block + "up.weight", {hidden, width});
    add(block + "up.bias", {hidden});
    add(block + "down.weight", {width, hidden});
    add(block + "down.bias", {width});
    add(block + "relative", {config.heads, config.band});
  }
  add("norm.weight", {width});
  add("norm.bias", {width});
  return arrays;
}

std::vector<float> Inputs(int64_t count) {
  Rng rng(5, "inputs");
  return Normals(count, 1, rng);
}

// One slot encodes x [S, D] in pieces of the given lengths, which sum to S.
std::vector<float> InPieces(const IncrementalTransformer& engine, std::span<const float> x,
                            const std::vector<int>& pieces) {
  IncrementalTransformer::Cache cache(engine.config(), 1);
  const std::vector<int> slots = {0};
  std::vector<float> y(x.size());
  size_t at = 0;
  for (const int piece : pieces) {
    const auto size = static_cast<size_t>(piece * engine.config().width);
    engine.Append(cache, slots, piece, x.subspan(at, size), std::span(y).subspan(at, size));
    at += size;
  }
  return y;
}

class Bytes : public testing::TestWithParam<TransformerConfig> {};

TEST_P(Bytes, AreTheSameHoweverASequenceIsDividedAndInAnyBatch) {
  const TransformerConfig config = GetParam();
  const IncrementalTransformer engine(config, RandomWeights(config), "net.");
  const auto steps = static_cast<int>(2 * config.band + 20);
  const auto size = static_cast<size_t>(steps * config.width);
  const auto x = Inputs(5 * static_cast<int64_t>(size));
  const auto third = std::span(x).subspan(3 * size, size);
  const auto whole = InPieces(engine, third, {steps});
  EXPECT_EQ(whole, InPieces(engine, third, {5, 6, 6, steps - 17}));
  EXPECT_EQ(whole, InPieces(engine, third, std::vector<int>(static_cast<size_t>(steps), 1)));
  IncrementalTransformer::Cache cache(config, 6);
  std::vector<float> all(x.size());
  engine.Append(cache, std::vector<int>{4, 0, 1, 5, 2}, steps, x, all);
  EXPECT_TRUE(std::equal(whole.begin(), whole.end(), all.begin() + static_cast<int64_t>(3 * size)));
}

INSTANTIATE_TEST_SUITE_P(Widths, Bytes,
                         testing::Values(TransformerConfig{64, 2, 4, 64, 20},
                                         TransformerConfig{48, 2, 4, 40, 33},
                                         TransformerConfig{20, 1, 2, 30, 16},
                                         TransformerConfig{64, 3, 2, 128, 1},
                                         TransformerConfig{32, 2, 4, 32, 100}));

TEST(IncrementalTransformer, GivesTheLastPositionAlone) {
  const TransformerConfig config{32, 2, 4, 48, 40};
  const IncrementalTransformer engine(config, RandomWeights(config), "net.");
  const auto x = Inputs(2 * 70 * 32);
  const std::vector<int> slots = {2, 0};
  IncrementalTransformer::Cache one(config, 3), other(config, 3);
  std::vector<float> all(x.size()), last(64);
  engine.Append(one, slots, 70, x, all);
  engine.AppendForLast(other, slots, 70, x, last);
  EXPECT_TRUE(std::equal(last.begin(), last.begin() + 32, all.begin() + 69 * 32));
  EXPECT_TRUE(std::equal(last.begin() + 32, last.end(), all.begin() + 139 * 32));
  std::vector<float> more(64), more_too(64);
  engine.Append(one, slots, 1, std::span(x).first(64), more);
  engine.Append(other, slots, 1, std::span(x).first(64), more_too);
  EXPECT_EQ(more, more_too);
  EXPECT_EQ(other.seen(2), 71);
}

TEST(IncrementalTransformer, ForgetsAClearedSlot) {
  const TransformerConfig config{16, 2, 2, 16, 8};
  const IncrementalTransformer engine(config, RandomWeights(config), "net.");
  const auto x = Inputs(12 * 16);
  const std::vector<int> slots = {0};
  IncrementalTransformer::Cache cache(config, 1);
  std::vector<float> first(x.size()), second(x.size());
  engine.Append(cache, slots, 12, x, first);
  cache.Clear(0);
  EXPECT_EQ(cache.seen(0), 0);
  engine.Append(cache, slots, 12, x, second);
  EXPECT_EQ(first, second);
}

TEST(IncrementalTransformer, NamesTheArrayThatIsMissing) {
  const TransformerConfig config{16, 1, 2, 16, 8};
  Arrays weights = RandomWeights(config);
  weights.erase("net.block0.up.bias");
  try {
    const IncrementalTransformer engine(config, weights, "net.");
    FAIL() << "no error";
  } catch (const CheckFailure& failure) {
    EXPECT_NE(std::string(failure.what()).find("net.block0.up.bias"), std::string::npos);
  }
}

}  // namespace
}  // namespace lerl
