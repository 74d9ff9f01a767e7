#include "lerl/data/prices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Prices, TheMedianOfAnItemsRowsCounts) {
  PriceRows rows(3, /*last=*/false);
  for (const float price : {9.0f, 5.0f, 7.0f}) rows.Add(2, price, 0);
  for (const float price : {4.0f, 1.0f, 3.0f, 2.0f}) rows.Add(0, price, 0);
  EXPECT_THAT(rows.Take(), ElementsAre(2, 0, 7));
}

TEST(Prices, TheLastOfAnItemsRowsCountsWhereThatIsAskedFor) {
  PriceRows rows(3, /*last=*/true);
  rows.Add(0, 5, 30);
  rows.Add(0, 4, 10);
  rows.Add(0, 6, 30);
  rows.Add(1, 8, -10);
  EXPECT_THAT(rows.Take(), ElementsAre(6, 8, 0));
}

// Categories a and b have the mean prices (10 + 20) / 2 = 15 and 20, nothing in c has one, and the
// mean of all is (10 + 20 + 60) / 3 = 30.
TEST(Prices, AnItemWithoutOneIsGivenTheMeanOfItsCategories) {
  Dataset dataset;
  dataset.categories = {"a", "b", "c"};
  dataset.item_ids = {"0", "1", "2", "3", "4", "5", "6"};
  dataset.category_offsets = std::vector<int64_t>{0, 1, 3, 3, 4, 6, 7, 7};
  dataset.category_ids = std::vector<int32_t>{0, 0, 1, 0, 1, 2, 2};
  EXPECT_THAT(AllPrices(dataset), ElementsAre());
  dataset.prices = std::vector<float>{10, 20, 60, 0, 0, 0, 0};
  EXPECT_THAT(AllPrices(dataset), ElementsAre(10, 20, 60, 15, 20, 30, 30));
  dataset.category_ids = std::vector<int32_t>{0, 0, 1, 0, 0, 1, 2};
  EXPECT_FLOAT_EQ(AllPrices(dataset)[4], (15.0f + 20.0f) / 2);
}

TEST(Prices, OfNoItemAreAnErrorThatNamesTheFile) {
  Dataset dataset;
  EXPECT_THAT(ErrorOf(ErrorKind::kData,
                      [&] {
                        StorePrices({0, 0}, "log.csv", dataset);
                      }),
              HasSubstr("log.csv: no item has a price; name another column"));
  StorePrices({0, 2}, "log.csv", dataset);
  EXPECT_THAT(dataset.prices.span(), ElementsAre(0, 2));
}

}  // namespace
}  // namespace lerl
