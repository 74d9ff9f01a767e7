#include "lerl/learn/held_out_gain.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lerl {
namespace {

LoggedSlate Slate(int64_t user, double weight, double reward) {
  return {.user = user, .log_ratios = {std::log(weight)}, .rewards = {reward}};
}

// The reference is the logged policy, S = 1/2. The policy has the weights 1.5 and .5, and earns
// (1.5 * 1 + .5 * 0) / 2 = 3/4.
TEST(HeldOutGain, IsTheDifferenceOfSelfNormalisedEstimates) {
  std::vector<LoggedSlate> policy, reference;
  for (int64_t user = 0; user < 4; ++user)
    for (const double reward : {1.0, 0.0}) {
      policy.push_back(Slate(user, reward > 0 ? 1.5 : 0.5, reward));
      reference.push_back(Slate(user, 1, reward));
    }
  const HeldOutGain found = EstimateGain(policy, reference);
  EXPECT_NEAR(found.gain.mean, 0.25, 1e-9);
  // Every user says the same.
  EXPECT_NEAR(found.gain.high - found.gain.low, 0, 1e-9);
  EXPECT_LT(found.p_value, 1e-6);
  // A constant factor on all weights changes nothing.
  for (LoggedSlate& slate : policy) slate.log_ratios[0] += 0.7;
  EXPECT_NEAR(EstimateGain(policy, reference).gain.mean, 0.25, 1e-9);
}

TEST(HeldOutGain, OfAWorsePolicyIsNegativeAndOfTheSameIsNothing) {
  std::vector<LoggedSlate> policy, reference;
  for (int64_t user = 0; user < 6; ++user)
    for (const double reward : {1.0, 0.0}) {
      policy.push_back(
          Slate(user, reward > 0 ? 0.5 : 1.5 + 0.1 * static_cast<double>(user), reward));
      reference.push_back(Slate(user, 1, reward));
    }
  const HeldOutGain found = EstimateGain(policy, reference);
  EXPECT_LT(found.gain.high, 0);
  EXPECT_GT(found.p_value, 0.99);
  const HeldOutGain same = EstimateGain(reference, reference);
  EXPECT_EQ(same.gain.mean, 0);
  EXPECT_GE(same.p_value, 0.5);
}

// Users whose slates say the opposite of each other: the interval holds 0.
TEST(HeldOutGain, IsUncertainWhereUsersDisagree) {
  std::vector<LoggedSlate> policy, reference;
  for (int64_t user = 0; user < 10; ++user) {
    policy.push_back(Slate(user, user % 2 == 0 ? 1.5 : 0.5, user % 4 < 2 ? 1 : 0));
    reference.push_back(Slate(user, 1, user % 4 < 2 ? 1 : 0));
  }
  const HeldOutGain found = EstimateGain(policy, reference);
  EXPECT_LT(found.gain.low, 0);
  EXPECT_GT(found.gain.high, 0);
  EXPECT_GT(found.p_value, 0.1);
}

// Two items of each slate, whose log probabilities grow by .2 and .4: .3 on average.
TEST(HeldOutGain, InLikelihoodIsThatOfAnItem) {
  std::vector<LoggedSlate> policy, reference;
  for (int64_t user = 0; user < 4; ++user) {
    reference.push_back({.user = user, .log_ratios = {-3, -2}, .rewards = {}});
    policy.push_back({.user = user, .log_ratios = {-2.8, -1.6}, .rewards = {}});
  }
  const HeldOutGain found = LikelihoodGain(policy, reference);
  EXPECT_NEAR(found.gain.mean, 0.3, 1e-12);
  EXPECT_LT(found.p_value, 1e-6);
  EXPECT_GT(LikelihoodGain(reference, policy).p_value, 0.99);
}

}  // namespace
}  // namespace lerl
