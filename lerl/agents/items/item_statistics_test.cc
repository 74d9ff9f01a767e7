#include "lerl/agents/items/item_statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/index.h"

namespace lerl {
namespace {

// Users: {0 liked, 1 liked, 2}, {0, 1}, {0 liked}; a row of item 2 in each user's last place is not
// for training. Item 3 is nobody's.
struct ItemStatisticsTestFixture {
  Dataset data;
  Split split;

  ItemStatisticsTestFixture() {
    data.item_ids = {"0", "1", "2", "3"};
    data.user_ids = {"a", "b", "c"};
    data.behaviours = {"like"};
    data.user_offsets = std::vector<int64_t>{0, 4, 7, 9};
    data.items = std::vector<int32_t>{0, 1, 2, 2, 0, 1, 2, 0, 2};
    data.responses = {Column<uint8_t>(std::vector<uint8_t>{1, 1, 0, 1, 0, 0, 1, 1, 1})};
    split.train_end = {3, 6, 8};
  }
};

TEST(ItemStatistics, CountTrainingRowsOnly) {
  const ItemStatisticsTestFixture f;
  const ItemStatistics statistics(f.data, f.split);
  // Users with the item: 3, 2, 1, 0.
  const std::vector<float> popularity(statistics.popularity().begin(),
                                      statistics.popularity().end());
  EXPECT_EQ(popularity, (std::vector<float>{1, 2.0f / 3, 1.0f / 3, 0}));
  const std::vector<float> quality(statistics.quality().begin(), statistics.quality().end());
  EXPECT_EQ(quality, (std::vector<float>{3.0f / 5, 2.0f / 4, 1.0f / 3, 1.0f / 2}));
}

TEST(ItemStatistics, SimilarityIsTheCosineOfWhoHasTheItems) {
  const ItemStatisticsTestFixture f;
  const ItemStatistics statistics(f.data, f.split);
  std::vector<float> row(4);
  statistics.SimilarityRow(0, row);
  const std::vector<float> want = {0, 2 / std::sqrt(6.0f), 1 / std::sqrt(3.0f), 0};
  for (int32_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(row[At(i)], want[At(i)], 1e-6f);
    if (i == 0) continue;
    EXPECT_NEAR(statistics.Similarity(0, i), want[At(i)], 1e-6f);
  }
  EXPECT_NEAR(statistics.Similarity(2, 1), 1 / std::sqrt(2.0f), 1e-6f);
}

}  // namespace
}  // namespace lerl
