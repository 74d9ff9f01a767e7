#include "lerl/train/held_out.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "lerl/base/index.h"

namespace lerl {
namespace {

Split SplitOf(int32_t valid, int32_t test) {
  Split split;
  for (int32_t user = 0; user < valid; ++user) split.valid_users.push_back(user);
  for (int32_t user = 0; user < test; ++user) split.test_users.push_back(100 + user);
  return split;
}

std::vector<int32_t> UsersOf(const std::vector<SessionSpec>& specs) {
  std::vector<int32_t> users;
  for (const SessionSpec& spec : specs) users.push_back(spec.user);
  return users;
}

TEST(HeldOutSessions, PlayEachUserOnce) {
  const Split split = SplitOf(4, 9);
  EXPECT_EQ(UsersOf(HeldOutSessions(split, HeldOut::kTest, 0, 1)), split.test_users);
  EXPECT_EQ(UsersOf(HeldOutSessions(split, HeldOut::kValidation, 0, 1)), split.valid_users);
}

TEST(HeldOutSessions, TakeAllUsersWhereMoreAreAskedFor) {
  EXPECT_EQ(HeldOutSessions(SplitOf(4, 9), HeldOut::kTest, 50, 1).size(), 9);
  EXPECT_TRUE(HeldOutSessions(SplitOf(0, 9), HeldOut::kValidation, 50, 1).empty());
}

TEST(HeldOutSessions, HaveTheSameUsersUnderEverySeedWithOtherSessionSeeds) {
  const Split split = SplitOf(4, 40);
  const auto one = HeldOutSessions(split, HeldOut::kTest, 12, 1);
  const auto two = HeldOutSessions(split, HeldOut::kTest, 12, 2);
  EXPECT_EQ(UsersOf(one), UsersOf(two));
  std::vector<uint64_t> seeds;
  for (const auto& specs : {one, two})
    for (const SessionSpec& spec : specs) seeds.push_back(spec.seed);
  std::sort(seeds.begin(), seeds.end());
  EXPECT_EQ(std::adjacent_find(seeds.begin(), seeds.end()), seeds.end());
}

TEST(HeldOutSessions, OfASmallerDrawArePartOfALargerOne) {
  const Split split = SplitOf(4, 40);
  const auto small = UsersOf(HeldOutSessions(split, HeldOut::kTest, 10, 1));
  const auto large = UsersOf(HeldOutSessions(split, HeldOut::kTest, 25, 1));
  EXPECT_EQ(small.size(), 10);
  EXPECT_TRUE(std::includes(large.begin(), large.end(), small.begin(), small.end()));
  EXPECT_NE(small, std::vector<int32_t>(large.begin(), large.begin() + 10));
}

TEST(HeldOutSessions, OfAUserAreTheSameInEveryDraw) {
  const Split split = SplitOf(4, 40);
  const auto all = HeldOutSessions(split, HeldOut::kTest, 0, 3);
  for (const SessionSpec& spec : HeldOutSessions(split, HeldOut::kTest, 10, 3))
    EXPECT_EQ(spec.seed, all[At(spec.user - 100)].seed);
}

}  // namespace
}  // namespace lerl
