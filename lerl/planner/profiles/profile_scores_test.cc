#include "lerl/planner/profiles/profile_scores.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"

namespace lerl {
namespace {

TEST(Standardise, GivesMeanZeroAndDeviationOne) {
  std::vector<double> values = {1, 3};
  Standardise(values);
  EXPECT_DOUBLE_EQ(values[0], -1);
  EXPECT_DOUBLE_EQ(values[1], 1);
  std::vector<double> same = {2, 2};
  Standardise(same);
  EXPECT_DOUBLE_EQ(same[0], 0);
}

// Held-out likes of users whose tastes are planted.
TEST(ProfileScores, ForetellHeldOutLikesBetterThanOwnCountsAndPopularity) {
  const Dataset dataset = MakeSyntheticDataset({.users = 400, .rows_per_user = 30});
  const Split split = MakeSplit(dataset, {});
  UserProfiles profiles(dataset, split);
  ProfileScores scores(dataset, split, profiles);
  const auto correlate = [](std::vector<double> a, std::vector<double> b) {
    Standardise(a);
    Standardise(b);
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0) / static_cast<double>(a.size());
  };
  double learned = 0, own = 0, popular = 0;
  for (int32_t user = 0; user < dataset.num_users(); ++user) {
    const CategoryCounts next =
        CountRows(dataset, split.train_end[At(user)], dataset.RowsEnd(user));
    const std::vector<double> truth(next.liked.begin(), next.liked.end());
    const auto& mine = profiles.Of(user).liked;
    const auto& all = profiles.Everyone().liked;
    learned += correlate(scores.Of(user), truth);
    own += correlate({mine.begin(), mine.end()}, truth);
    popular += correlate({all.begin(), all.end()}, truth);
  }
  EXPECT_GT(learned, own);
  EXPECT_GT(learned, popular);
}

// The order of a past says what is liked next, and changes no count.
TEST(ProfileScores, LearnFromNoHeldOutUser) {
  Dataset dataset = MakeSyntheticDataset({.users = 300, .rows_per_user = 20});
  const Split split = MakeSplit(dataset, {});
  const auto scores_of_the_first = [&] {
    UserProfiles profiles(dataset, split);
    return ProfileScores(dataset, split, profiles).Of(split.train_users.front());
  };
  const auto turn_around = [&](const std::vector<int32_t>& users) {
    std::vector<int32_t> items(dataset.items.begin(), dataset.items.end());
    std::vector<uint8_t> liked(dataset.responses[0].begin(), dataset.responses[0].end());
    for (const int32_t user : users) {
      const int64_t begin = dataset.RowsBegin(user), end = split.train_end[At(user)];
      std::reverse(items.begin() + begin, items.begin() + end);
      std::reverse(liked.begin() + begin, liked.begin() + end);
    }
    dataset.items = std::move(items);
    dataset.responses[0] = std::move(liked);
  };
  const std::vector<double> before = scores_of_the_first();
  for (const auto& users : {split.valid_users, split.test_users, split.sealed_users}) {
    ASSERT_FALSE(users.empty());
    turn_around(users);
  }
  EXPECT_EQ(scores_of_the_first(), before);
  turn_around(split.train_users);
  EXPECT_NE(scores_of_the_first(), before);
}

}  // namespace
}  // namespace lerl
