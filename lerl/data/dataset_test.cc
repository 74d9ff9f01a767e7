#include "lerl/data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/data/sources/synthetic.h"

namespace lerl {
namespace {

TEST(Dataset, FingerprintFollowsTheContentAndNotTheStorage) {
  const Dataset dataset = MakeSyntheticDataset({});
  Dataset copy = dataset;
  copy.items = std::vector<int32_t>(dataset.items.begin(), dataset.items.end());
  EXPECT_EQ(Fingerprint(copy), Fingerprint(dataset));

  std::vector<int32_t> items(dataset.items.begin(), dataset.items.end());
  items[7] = (items[7] + 1) % static_cast<int32_t>(dataset.num_items());
  copy.items = std::move(items);
  EXPECT_NE(Fingerprint(copy), Fingerprint(dataset));

  Dataset priced = dataset;
  priced.prices = std::vector<float>(dataset.item_ids.size(), 1);
  EXPECT_NE(Fingerprint(priced), Fingerprint(dataset));

  Dataset renamed = dataset;
  renamed.categories[0] = "other";
  EXPECT_NE(Fingerprint(renamed), Fingerprint(dataset));
  EXPECT_EQ(Fingerprint(dataset).size(), 16u);
}

TEST(Dataset, FingerprintTellsColumnBordersApart) {
  Dataset a, b;
  a.user_ids = {"ab", "c"};
  b.user_ids = {"a", "bc"};
  EXPECT_NE(Fingerprint(a), Fingerprint(b));
}

TEST(Dataset, RarestCategoryTakesTheLowestIdOnATieAndMinusOneWithoutAny) {
  Dataset dataset;
  dataset.categories = {"a", "b", "c"};
  dataset.item_ids = {"0", "1", "2", "3"};
  dataset.category_offsets = std::vector<int64_t>{0, 2, 4, 4, 5};
  dataset.category_ids = std::vector<int32_t>{0, 1, 1, 2, 1};  // a: 1 item, b: 3, c: 1
  EXPECT_THAT(RarestCategory(dataset), testing::ElementsAre(0, 2, -1, 1));
  dataset.category_offsets = std::vector<int64_t>{0, 2, 2, 2, 2};
  dataset.category_ids = std::vector<int32_t>{1, 2};
  EXPECT_THAT(RarestCategory(dataset), testing::ElementsAre(1, -1, -1, -1));
}

TEST(Dataset, AnUnknownCategoryOrUserIsAnErrorThatNamesTheNearest) {
  const Dataset dataset = MakeSyntheticDataset({});
  EXPECT_EQ(FindCategory(dataset, "category_3"), 3);
  EXPECT_EQ(FindUser(dataset, "u5"), 5);
  try {
    FindCategory(dataset, "categry_3");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_THAT(error.what(), testing::HasSubstr("did you mean 'category_3'?"));
  }
  EXPECT_THROW(FindUser(dataset, "nobody at all"), Error);
}

TEST(Dataset, TheConsistencyCheckFindsAPriceBelowZeroAndOneTooFew) {
  Dataset dataset = MakeSyntheticDataset({});
  std::vector<float> prices(dataset.item_ids.size(), 0);
  dataset.prices = prices;
  EXPECT_NO_THROW(CheckConsistent(dataset));
  dataset.prices = std::vector<float>(prices.begin() + 1, prices.end());
  EXPECT_THROW(CheckConsistent(dataset), CheckFailure);
  prices[3] = -1;
  dataset.prices = prices;
  EXPECT_THROW(CheckConsistent(dataset), CheckFailure);
}

TEST(Dataset, TheConsistencyCheckFindsAnItemOutOfRange) {
  Dataset dataset = MakeSyntheticDataset({});
  EXPECT_NO_THROW(CheckConsistent(dataset));
  std::vector<int32_t> items(dataset.items.begin(), dataset.items.end());
  items.back() = static_cast<int32_t>(dataset.num_items());
  dataset.items = std::move(items);
  EXPECT_THROW(CheckConsistent(dataset), CheckFailure);
}

}  // namespace
}  // namespace lerl
