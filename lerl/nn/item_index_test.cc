#include "lerl/nn/item_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/nn/simd.h"
#include "lerl/nn/tile_matmul.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

const ItemIndex::Allowed kAnyItem = [](size_t, int32_t) { return true; };

std::vector<float> NormalVectors(int64_t count, int64_t width, uint64_t seed) {
  Rng rng(seed, "vectors of a test");
  std::vector<float> vectors(At(count * width));
  for (float& x : vectors) x = static_cast<float>(rng.Normal());
  return vectors;
}

// Vectors [items, width] around a few centres, as those of real catalogues are.
std::vector<float> GroupedVectors(int64_t items, int64_t width, uint64_t seed) {
  constexpr int64_t kGroups = 20;
  const std::vector<float> centres = NormalVectors(kGroups, width, seed + 1);
  std::vector<float> vectors = NormalVectors(items, width, seed);
  for (int64_t i = 0; i < items; ++i)
    for (int64_t d = 0; d < width; ++d)
      vectors[At(i * width + d)] =
          0.2f * vectors[At(i * width + d)] + centres[At(i % kGroups * width + d)];
  return vectors;
}

// The K best of all products, each computed as the index computes it.
std::vector<int32_t> BestOfAll(const std::vector<float>& vectors, int64_t width, const float* query,
                               size_t k, const std::function<bool(int32_t)>& allowed) {
  const int64_t items = std::ssize(vectors) / width, padded = RoundToLanes(items);
  std::vector<float> columns(At(width * padded)), scores(At(padded));
  for (int64_t i = 0; i < items; ++i)
    for (int64_t d = 0; d < width; ++d) columns[At(d * padded + i)] = vectors[At(i * width + d)];
  TileMatmul(1, width, padded, {query, width}, columns.data(), padded, nullptr, scores.data(),
             padded);
  std::vector<int32_t> order(At(items));
  std::iota(order.begin(), order.end(), 0);
  std::erase_if(order, [&](int32_t item) { return !allowed(item); });
  std::ranges::stable_sort(order, std::greater(), [&](int32_t item) { return scores[At(item)]; });
  order.resize(k);
  return order;
}

TEST(ItemIndex, FindsTheLargestProductsBestFirst) {
  // Products with (1, 2): 1, 2, 3, -3.
  const ItemIndex index(std::vector<float>{1, 0, 0, 1, 1, 1, -1, -1}, 2);
  std::vector<int32_t> best(3);
  index.Find(std::vector<float>{1, 2}, kAnyItem, 1, best);
  EXPECT_THAT(best, ElementsAre(2, 1, 0));
}

TEST(ItemIndex, PutsTheLowerIdFirstAmongEqualProducts) {
  const ItemIndex index(std::vector<float>(1000, 1.0f), 1);
  std::vector<int32_t> best(6);
  index.Find(std::vector<float>{1, -1}, kAnyItem, 1, best);
  EXPECT_THAT(best, ElementsAre(0, 1, 2, 0, 1, 2));
}

TEST(ItemIndex, FindsWhatAllScoresFindWhateverIsAllowed) {
  constexpr int64_t kWidth = 9;
  constexpr size_t kSlate = 6;
  for (const int64_t items : {700, 5000}) {
    for (const auto& vectors :
         {NormalVectors(items, kWidth, 3), GroupedVectors(items, kWidth, 3)}) {
      const ItemIndex index(vectors, kWidth);
      const std::vector<float> queries = NormalVectors(70, kWidth, 5);
      for (const int every : {1, 2, 50}) {
        const auto allowed = [every](size_t n, int32_t item) {
          return (static_cast<size_t>(item) + n) % static_cast<size_t>(every) == 0;
        };
        std::vector<int32_t> best(70 * kSlate);
        index.Find(queries, allowed, 1, best);
        for (size_t n = 0; n < 70; ++n) {
          const auto found = std::span(best).subspan(n * kSlate, kSlate);
          EXPECT_EQ(std::vector<int32_t>(found.begin(), found.end()),
                    BestOfAll(vectors, kWidth, queries.data() + n * At(kWidth), kSlate,
                              [&](int32_t item) { return allowed(n, item); }));
        }
      }
    }
  }
}

TEST(ItemIndex, AnswersAQueryAlikeInAnyBatchAndOnAnyNumberOfThreads) {
  const std::vector<float> vectors = GroupedVectors(4000, 5, 1), queries = NormalVectors(50, 5, 2);
  const ItemIndex index(vectors, 5);
  std::vector<int32_t> together(100), threaded(100), alone(2);
  index.Find(queries, kAnyItem, 1, together);
  index.Find(queries, kAnyItem, 3, threaded);
  EXPECT_EQ(threaded, together);
  index.Find(std::span(queries).subspan(35, 5), kAnyItem, 1, alone);
  EXPECT_THAT(alone, ElementsAre(together[14], together[15]));
}

TEST(ItemIndex, LooksAtAFewItemsOfACatalogueOfGroups) {
  const ItemIndex index(GroupedVectors(60'000, 9, 7), 9);
  std::vector<int32_t> best(240);
  EXPECT_LT(index.Find(NormalVectors(40, 9, 8), kAnyItem, 1, best), 0.2);
}

TEST(ItemIndex, RefusesMoreItemsThanAreAllowed) {
  const ItemIndex index(NormalVectors(300, 2, 1), 2);
  std::vector<int32_t> best(4);
  const auto three = [](size_t, int32_t item) { return item < 3; };
  EXPECT_THROW(index.Find(std::vector<float>{1, 1}, three, 1, best), CheckFailure);
}

}  // namespace
}  // namespace lerl
