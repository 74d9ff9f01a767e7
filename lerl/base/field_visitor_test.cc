#include "lerl/base/field_visitor.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(FieldVisitor, DescribesTheLimitsThatThereAre) {
  EXPECT_EQ(Describe({0, 1}), "[0, 1]");
  EXPECT_EQ(Describe({.low = 1}), "at least 1");
  EXPECT_EQ(Describe({.high = 2.5}), "at most 2.5");
  EXPECT_EQ(Describe({}), "");
}

TEST(FieldVisitor, WritesNumbersAsAPersonWould) {
  EXPECT_EQ(DescribeNumber(0.1), "0.1");
  EXPECT_EQ(DescribeNumber(1000001), "1000001");
  EXPECT_EQ(DescribeNumber(1e-7), "1e-07");
}

TEST(FieldVisitor, JoinsNames) {
  EXPECT_EQ(JoinNames({}), "");
  EXPECT_EQ(JoinNames({"a", "b"}), "a, b");
}

}  // namespace
}  // namespace lerl
