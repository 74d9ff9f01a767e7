#include "lerl/agents/items/item_factors.h"

#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"

namespace lerl {
namespace {

TEST(ItemFactors, AreStandardisedColumnByColumn) {
  const Dataset dataset = MakeSyntheticDataset({});
  const ItemFactors factors = FitItemFactors(dataset, MakeSplit(dataset, {}), {});
  const auto width = At(factors.width);
  const auto items = At(dataset.num_items());
  ASSERT_EQ(factors.vectors.size(), items * width);
  for (size_t d = 0; d < width; ++d) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < items; ++i) {
      sum += static_cast<double>(factors.vectors[i * width + d]);
      squares +=
          static_cast<double>(factors.vectors[i * width + d] * factors.vectors[i * width + d]);
    }
    EXPECT_NEAR(sum / static_cast<double>(items), 0, 1e-4);
    EXPECT_NEAR(squares / static_cast<double>(items), 1, 1e-3);
  }
}

TEST(ItemFactors, DoNotDependOnRowsAfterTheTrainingPart) {
  Dataset dataset = MakeSyntheticDataset({});
  const Split split = MakeSplit(dataset, {});
  const ItemFactors before = FitItemFactors(dataset, split, {});
  std::vector<uint8_t> likes(dataset.responses[0].begin(), dataset.responses[0].end());
  for (int64_t user = 0; user < dataset.num_users(); ++user)
    for (int64_t row = split.train_end[At(user)]; row < dataset.RowsEnd(user); ++row)
      likes[At(row)] ^= 1;
  dataset.responses[0] = likes;
  EXPECT_EQ(FitItemFactors(dataset, split, {}).vectors, before.vectors);
}

}  // namespace
}  // namespace lerl
