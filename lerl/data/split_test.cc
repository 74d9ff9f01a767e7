#include "lerl/data/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"

namespace lerl {
namespace {

struct Times {
  int64_t low = std::numeric_limits<int64_t>::max();
  int64_t high = std::numeric_limits<int64_t>::min();
};

Times Of(const Dataset& dataset, int64_t begin, int64_t end) {
  Times times;
  for (int64_t row = begin; row < end; ++row) {
    times.low = std::min(times.low, dataset.times_ms[At(row)]);
    times.high = std::max(times.high, dataset.times_ms[At(row)]);
  }
  return times;
}

std::vector<std::string> Ids(const Dataset& dataset, const std::vector<int32_t>& users) {
  std::vector<std::string> ids;
  for (const int32_t user : users) ids.push_back(dataset.user_ids[At(user)]);
  std::sort(ids.begin(), ids.end());
  return ids;
}

// The same users with the same rows, last user first.
Dataset Reversed(const Dataset& dataset) {
  Dataset reversed = dataset;
  std::reverse(reversed.user_ids.begin(), reversed.user_ids.end());
  std::vector<int64_t> offsets = {0}, times;
  std::vector<int32_t> items;
  for (int64_t user = dataset.num_users() - 1; user >= 0; --user) {
    for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row) {
      items.push_back(dataset.items[At(row)]);
      times.push_back(dataset.times_ms[At(row)]);
    }
    offsets.push_back(std::ssize(items));
  }
  reversed.user_offsets = std::move(offsets);
  reversed.times_ms = std::move(times);
  reversed.items = std::move(items);
  return reversed;
}

TEST(Split, ByUserOrderNoTrainingRowIsLaterThanAHeldOutRowOfTheSameUser) {
  const Dataset dataset = MakeSyntheticDataset({.rows_per_user = 37});
  const Split split = MakeSplit(dataset, {});
  EXPECT_EQ(split.mode, "user_order");
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    const auto index = At(user);
    const int64_t begin = dataset.RowsBegin(user);
    EXPECT_EQ(split.train_end[index] - begin, 29);  // floor(.8 * 37)
    EXPECT_EQ(split.valid_end[index] - begin, 33);  // floor(.9 * 37)
    const Times train = Of(dataset, begin, split.train_end[index]);
    const Times valid = Of(dataset, split.train_end[index], split.valid_end[index]);
    const Times test = Of(dataset, split.valid_end[index], dataset.RowsEnd(user));
    EXPECT_LE(train.high, valid.low);
    EXPECT_LE(valid.high, test.low);
  }
}

TEST(Split, ByGlobalCutNoTrainingRowOfAnyoneIsAsLateAsAHeldOutRowOfAnyone) {
  Dataset dataset = MakeSyntheticDataset({.rows_per_user = 37});
  dataset.suggested_split = "global_cut";
  std::vector<int64_t> times(dataset.times_ms.begin(), dataset.times_ms.end());
  for (int64_t& time : times) time -= time % 86'400'000;  // many ties, at the cuts too
  dataset.times_ms = std::move(times);
  const Split split = MakeSplit(dataset, {});
  EXPECT_EQ(split.mode, "global_cut");
  Times train, valid, test;
  const auto widen = [](Times& all, Times part) {
    all.low = std::min(all.low, part.low);
    all.high = std::max(all.high, part.high);
  };
  int64_t train_rows = 0;
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    const auto index = At(user);
    widen(train, Of(dataset, dataset.RowsBegin(user), split.train_end[index]));
    widen(valid, Of(dataset, split.train_end[index], split.valid_end[index]));
    widen(test, Of(dataset, split.valid_end[index], dataset.RowsEnd(user)));
    train_rows += split.train_end[index] - dataset.RowsBegin(user);
  }
  EXPECT_LT(train.high, valid.low);
  EXPECT_LT(valid.high, test.low);
  EXPECT_NEAR(static_cast<double>(train_rows) / static_cast<double>(dataset.num_interactions()), .8,
              .03);
}

TEST(Split, UsersWithTooShortAPastAreNotPlayed) {
  Dataset dataset = MakeSyntheticDataset({.users = 20, .rows_per_user = 10});
  dataset.suggested_split = "global_cut";
  const Split split = MakeSplit(dataset, {.min_past = 8});
  size_t playable = 0;
  for (int64_t user = 0; user < dataset.num_users(); ++user)
    playable += split.train_end[At(user)] - dataset.RowsBegin(user) >= 8 ? 1 : 0;
  EXPECT_LT(playable, 20u);
  EXPECT_EQ(split.train_users.size() + split.valid_users.size() + split.test_users.size(),
            playable);
  for (const auto* part : {&split.train_users, &split.valid_users, &split.test_users})
    for (const int32_t user : *part)
      EXPECT_GE(split.train_end[At(user)] - dataset.RowsBegin(user), 8);
}

TEST(Split, PolicyUsersAreDisjointSeededAndIndependentOfTheirOrder) {
  const Dataset dataset = MakeSyntheticDataset({});
  const Split split = MakeSplit(dataset, {});
  EXPECT_EQ(split.train_users.size(), 42u);  // .7 of 60
  EXPECT_EQ(split.valid_users.size(), 6u);
  EXPECT_EQ(split.test_users.size(), 12u);
  std::set<int32_t> all(split.train_users.begin(), split.train_users.end());
  all.insert(split.valid_users.begin(), split.valid_users.end());
  all.insert(split.test_users.begin(), split.test_users.end());
  EXPECT_EQ(all.size(), 60u);

  const Dataset reversed = Reversed(dataset);
  const Split other = MakeSplit(reversed, {});
  EXPECT_EQ(Ids(reversed, other.train_users), Ids(dataset, split.train_users));
  EXPECT_EQ(Ids(reversed, other.test_users), Ids(dataset, split.test_users));
  EXPECT_NE(MakeSplit(dataset, {.seed = 2}).test_users, split.test_users);
  EXPECT_EQ(MakeSplit(dataset, {}).test_users, split.test_users);
}

// Numbers of training, validation, test and sealed users.
std::array<size_t, 4> Sizes(int64_t users, const SplitConfig& config) {
  const Dataset dataset = MakeSyntheticDataset({.users = users, .rows_per_user = 10});
  const Split split = MakeSplit(dataset, config);
  std::array<size_t, 4> sizes{};
  std::ranges::transform(UserLists(split), sizes.begin(), [](const auto* l) { return l->size(); });
  return sizes;
}

TEST(Split, SealsATenthAtLeastFiftyAndAtMostHalfOfThoseLeftForTests) {
  using ::testing::ElementsAre;
  EXPECT_THAT(Sizes(1000, {}), ElementsAre(700U, 100U, 100U, 100U));
  EXPECT_THAT(Sizes(400, {}), ElementsAre(280U, 40U, 40U, 40U)) << "half of 80, for want of 50";
  EXPECT_THAT(Sizes(1000, {.sealed_users = 0.02}), ElementsAre(700U, 100U, 150U, 50U));
  EXPECT_THAT(Sizes(1000, {.train_users = 0.85}), ElementsAre(850U, 100U, 25U, 25U));
  EXPECT_THAT(Sizes(60, {}), ElementsAre(42U, 6U, 12U, 0U)) << "six would show nothing";
  EXPECT_THAT(Sizes(1000, {.sealed_users = 0}), ElementsAre(700U, 100U, 200U, 0U));
}

TEST(Split, SealedUsersAreTakenOutOfTheTestUsersAlone) {
  const Dataset dataset = MakeSyntheticDataset({.users = 400, .rows_per_user = 10});
  const Split split = MakeSplit(dataset, {}), open = MakeSplit(dataset, {.sealed_users = 0});
  EXPECT_EQ(split.train_users, open.train_users);
  EXPECT_EQ(split.valid_users, open.valid_users);
  std::vector<int32_t> both;
  std::ranges::set_union(split.test_users, split.sealed_users, std::back_inserter(both));
  EXPECT_EQ(both, open.test_users);
  EXPECT_EQ(both.size(), split.test_users.size() + split.sealed_users.size());
}

TEST(CloseHeldOut, LeavesOpenWhoIsJudgedAndWhoTrains) {
  Split split;
  split.train_end.resize(8);
  split.train_users = {0, 4};
  split.valid_users = {1, 5};
  split.test_users = {2, 6};
  split.sealed_users = {3, 7};
  EXPECT_EQ(HeldOutUsers(split, HeldOut::kSealed), split.sealed_users);
  CloseHeldOut(split, HeldOut::kValidation);
  EXPECT_EQ(split.closed, (std::vector<uint8_t>{0, 0, 1, 1, 0, 0, 1, 1}));
  CloseHeldOut(split, HeldOut::kTest);
  EXPECT_EQ(split.closed, (std::vector<uint8_t>{0, 0, 0, 1, 0, 0, 0, 1}));
  CloseHeldOut(split, HeldOut::kSealed);
  EXPECT_EQ(split.closed, (std::vector<uint8_t>{0, 0, 1, 0, 0, 0, 1, 0}));
  EXPECT_TRUE(WithNobodyClosed(split).closed.empty());
}

TEST(RequireHeldOut, SaysWhichUsersAreMissingAndWhatToDo) {
  Split split;
  split.test_users = {1};
  EXPECT_NO_THROW(RequireHeldOut(split, HeldOut::kTest));
  EXPECT_THAT([&] { RequireHeldOut(split, HeldOut::kValidation); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("raise split.valid_users")));
  EXPECT_THAT([&] { RequireHeldOut(split, HeldOut::kSealed); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("no sealed users")));
}

TEST(Split, NoUserLeftIsAnErrorThatSaysWhichSettingToChange) {
  const Dataset dataset = MakeSyntheticDataset({.rows_per_user = 5});
  try {
    MakeSplit(dataset, {});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_THAT(error.what(), testing::HasSubstr("no user has 5 rows before the cut"));
    EXPECT_THAT(error.what(), testing::HasSubstr("split.min_past"));
  }
}

TEST(Split, SharesThatLeaveNothingForTestsAreRefused) {
  const Dataset dataset = MakeSyntheticDataset({});
  EXPECT_THROW(MakeSplit(dataset, {.train_share = .8, .valid_share = .2}), Error);
  EXPECT_THROW(MakeSplit(dataset, {.train_users = .9, .valid_users = .1}), Error);
}

}  // namespace
}  // namespace lerl
