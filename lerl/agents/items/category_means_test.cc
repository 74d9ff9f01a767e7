#include "lerl/agents/items/category_means.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Weights 1 and 3; item 2 has none. Of category 0 (1 1 + 3 3) / 4 = 2.5, of category 1 item 1
// alone; category 2 holds item 2 alone. The mean of all is 2.5.
TEST(CategoryMeans, AreWeightedByItemAndThereWhereThereIsWeight) {
  const Dataset dataset = DatasetOf({{0}, {0, 1}, {2}}, 3, 1);
  const std::vector<float> matrix = {1, 3, 9};
  const CategoryMeans means(dataset, std::vector<double>{1, 3, 0}, matrix, /*prior=*/0);
  EXPECT_EQ(means.width(), 1U);
  EXPECT_THAT(means.Of(0), ElementsAre(2.5));
  EXPECT_THAT(means.Of(1), ElementsAre(3));
  EXPECT_THAT(means.Of(2), IsEmpty());
  EXPECT_THAT(means.OfAll(), ElementsAre(2.5));
}

// With a prior of 1: category 1 (3 3 + 1 2.5) / (3 + 1), category 2 the mean of all.
TEST(CategoryMeans, ArePulledTowardsTheMeanOfAllByThePrior) {
  const Dataset dataset = DatasetOf({{0}, {0, 1}, {2}}, 3, 1);
  const std::vector<float> matrix = {1, 3, 9};
  const CategoryMeans means(dataset, std::vector<double>{1, 3, 0}, matrix, /*prior=*/1);
  EXPECT_THAT(means.Of(1), ElementsAre(2.875));
  EXPECT_THAT(means.Of(2), ElementsAre(2.5));
}

}  // namespace
}  // namespace lerl
