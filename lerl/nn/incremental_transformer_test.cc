#include "lerl/nn/incremental_transformer.h"

#include <gtest/gtest.h>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/testing/random_transformer.h"

// Agreement with the libtorch module is tested in nn/causal_transformer_test.cc.

namespace lerl {
namespace {

// One slot encodes x [S, D] in pieces of the given lengths, which sum to S.
std::vector<float> IncrementalTransformerTestInPieces(const IncrementalTransformer& engine,
                                                      std::span<const float> x,
                                                      const std::vector<int>& pieces) {
  IncrementalTransformer::Cache cache(engine.config(), 1);
  const std::vector<int> slots = {0};
  std::vector<float> y(x.size());
  size_t at = 0;
  for (const int piece : pieces) {
    const auto size = At(piece * engine.config().width);
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
  const auto size = At(steps * config.width);
  const auto x = Inputs(5 * static_cast<int64_t>(size));
  const auto third = std::span(x).subspan(3 * size, size);
  const auto whole = IncrementalTransformerTestInPieces(engine, third, {steps});
  EXPECT_EQ(whole, IncrementalTransformerTestInPieces(engine, third, {5, 6, 6, steps - 17}));
  EXPECT_EQ(whole,
            IncrementalTransformerTestInPieces(engine, third, std::vector<int>(At(steps), 1)));
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
