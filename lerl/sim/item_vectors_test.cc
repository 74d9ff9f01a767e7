#include "lerl/sim/item_vectors.h"

#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"

namespace lerl {
namespace {

TEST(FitUnitItemVectors, GivesRowsOfLengthOneFromTrainingRowsAlone) {
  Dataset data = MakeSyntheticDataset({});
  const Split split = MakeSplit(data, {});
  const std::vector<float> vectors = FitUnitItemVectors(data, split);
  ASSERT_EQ(vectors.size(), At(data.num_items() * kItemVectorWidth));
  for (size_t i = 0; i < vectors.size(); i += kItemVectorWidth) {
    double squares = 0;
    for (size_t f = i; f < i + kItemVectorWidth; ++f)
      squares += static_cast<double>(vectors[f] * vectors[f]);
    EXPECT_NEAR(squares, 1, 1e-5);
  }
  std::vector<uint8_t> likes(data.responses[0].begin(), data.responses[0].end());
  for (int64_t user = 0; user < data.num_users(); ++user) {
    for (auto row = split.train_end[At(user)]; row < data.RowsEnd(user); ++row) likes[At(row)] ^= 1;
  }
  data.responses[0] = likes;
  EXPECT_EQ(vectors, FitUnitItemVectors(data, split));
}

}  // namespace
}  // namespace lerl
