#include "lerl/nn/transformer_cache.h"

#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/testing/random_transformer.h"

namespace lerl {
namespace {

constexpr TransformerConfig kConfig{
    .width = 24, .layers = 2, .heads = 2, .feed_forward = 16, .band = 7};

// Encodes `count` positions of x from `begin` on in a slot.
std::vector<float> Go(const IncrementalTransformer& engine, TransformerCache& cache, int slot,
                      const std::vector<float>& x, int64_t begin, int64_t count) {
  std::vector<float> y(At(count * kConfig.width));
  engine.Append(cache, {&slot, 1}, static_cast<int>(count),
                {x.data() + begin * kConfig.width, y.size()}, y);
  return y;
}

TEST(TransformerCache, ACopyGoesOnWithTheSameBytesInAnySlot) {
  const IncrementalTransformer engine(kConfig, RandomWeights(kConfig), "net.");
  const std::vector<float> x = Inputs(60 * kConfig.width);
  for (const int64_t seen : {3, 7, 40}) {  // within the band, the whole of it, long past it
    TransformerCache cache(kConfig, 3);
    Go(engine, cache, 0, x, 0, seen);
    const TransformerCache::Kept kept = cache.Copy(0);
    const std::vector<float> on = Go(engine, cache, 0, x, seen, 9);
    Go(engine, cache, 2, x, 5, 11);
    cache.Restore(2, kept);
    EXPECT_EQ(cache.seen(2), seen);
    EXPECT_EQ(Go(engine, cache, 2, x, seen, 9), on) << seen;
  }
}

TEST(TransformerCache, AnEmptySlotIsCopiedAsEmpty) {
  TransformerCache cache(kConfig, 1);
  const TransformerCache::Kept kept = cache.Copy(0);
  EXPECT_EQ(kept.filled, 0);
  cache.Restore(0, kept);
  EXPECT_EQ(cache.seen(0), 0);
}

}  // namespace
}  // namespace lerl
