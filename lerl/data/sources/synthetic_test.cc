#include "lerl/data/sources/synthetic.h"

#include <gtest/gtest.h>

#include <set>

#include "lerl/base/index.h"

namespace lerl {
namespace {

TEST(Synthetic, IsConsistentAndFollowsItsSizes) {
  const SyntheticConfig config{
      .users = 9, .items = 30, .categories = 4, .behaviours = 3, .rows_per_user = 12, .seed = 5};
  const Dataset dataset = MakeSyntheticDataset(config);
  CheckConsistent(dataset);
  EXPECT_EQ(dataset.num_users(), 9);
  EXPECT_EQ(dataset.num_items(), 30);
  EXPECT_EQ(dataset.num_categories(), 4);
  EXPECT_EQ(dataset.num_behaviours(), 3);
  EXPECT_EQ(dataset.num_interactions(), 9 * 12);
}

TEST(Synthetic, TheSameSeedGivesTheSameDataAndAnotherSeedOthers) {
  EXPECT_EQ(Fingerprint(MakeSyntheticDataset({.seed = 3})),
            Fingerprint(MakeSyntheticDataset({.seed = 3})));
  EXPECT_NE(Fingerprint(MakeSyntheticDataset({.seed = 3})),
            Fingerprint(MakeSyntheticDataset({.seed = 4})));
}

TEST(Synthetic, AUserSeesNoItemTwiceBeforeAllWereSeen) {
  const Dataset dataset = MakeSyntheticDataset({.items = 40, .rows_per_user = 40});
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    std::set<int32_t> seen;
    for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row)
      seen.insert(dataset.items[At(row)]);
    EXPECT_EQ(seen.size(), 40u);
  }
}

// Between the best and the worst category of a user lies a clear gap, or nothing could be learned.
TEST(Synthetic, UsersDifferInTheCategoriesTheyLike) {
  const Dataset dataset = MakeSyntheticDataset({.items = 400, .rows_per_user = 400});
  double gap = 0;
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    std::vector<double> likes(8, 0), shown(8, 0);
    for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row) {
      const auto index = At(row);
      for (const int32_t category : dataset.CategoriesOf(dataset.items[index])) {
        shown[At(category)] += 1;
        likes[At(category)] += dataset.responses[0][index];
      }
    }
    double low = 1, high = 0;
    for (size_t category = 0; category < 8; ++category) {
      low = std::min(low, likes[category] / shown[category]);
      high = std::max(high, likes[category] / shown[category]);
    }
    gap += (high - low) / static_cast<double>(dataset.num_users());
  }
  EXPECT_GT(gap, .4);
}

}  // namespace
}  // namespace lerl
