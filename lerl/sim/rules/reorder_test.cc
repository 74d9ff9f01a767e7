#include "lerl/sim/rules/reorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

int Coincidences(const std::vector<int32_t>& previous, const std::vector<int32_t>& category_of,
                 const std::vector<int32_t>& slate) {
  int count = 0;
  for (size_t k = 0; k < slate.size(); ++k)
    count += category_of[At(previous[k])] == category_of[At(slate[k])];
  return count;
}

TEST(Reorder, KeepsTheRankOrderWhereNothingCoincides) {
  const std::vector<int32_t> category_of = {0, 0, 1, 1};
  std::vector<int32_t> slate = {3, 2};
  ReorderSlate(std::vector<int32_t>{0, 1}, category_of, slate);
  EXPECT_THAT(slate, ::testing::ElementsAre(3, 2));
}

TEST(Reorder, HasAsFewCoincidencesAsTheBestPermutation) {
  Rng rng(3);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<int32_t> category_of(12);
    for (int32_t& category : category_of) category = static_cast<int32_t>(rng.Below(3)) - 1;
    std::vector<int32_t> items(12);
    for (int32_t i = 0; i < 12; ++i) items[At(i)] = i;
    rng.Shuffle(std::span(items));
    const std::vector<int32_t> previous(items.begin(), items.begin() + 6);
    std::vector<int32_t> slate(items.begin() + 6, items.end());
    std::vector<int32_t> permutation = slate;
    std::sort(permutation.begin(), permutation.end());
    const std::vector<int32_t> sorted = permutation;
    int best = 6;
    do {
      best = std::min(best, Coincidences(previous, category_of, permutation));
    } while (std::next_permutation(permutation.begin(), permutation.end()));
    ReorderSlate(previous, category_of, slate);
    EXPECT_EQ(Coincidences(previous, category_of, slate), best);
    std::sort(slate.begin(), slate.end());
    EXPECT_EQ(slate, sorted);
  }
}

}  // namespace
}  // namespace lerl
