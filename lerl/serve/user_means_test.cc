#include "lerl/serve/user_means.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

// Ann's two sessions are one value, .75; Bob's is .25. Mean .5, variance ((.25)^2 + (.25)^2) / 2.
TEST(UserMeans, AreOverUsersAndNotOverSessions) {
  UserMeans means;
  EXPECT_EQ(means.users(), 0);
  means.Add("ann", 0.5);
  means.Add("bob", 0.25);
  means.Add("ann", 1);
  EXPECT_EQ(means.users(), 2);
  EXPECT_DOUBLE_EQ(means.sums().Mean(), 0.5);
  EXPECT_DOUBLE_EQ(means.sums().Variance(), 0.0625);
}

}  // namespace
}  // namespace lerl
