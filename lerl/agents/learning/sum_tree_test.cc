#include "lerl/agents/learning/sum_tree.h"

#include <gtest/gtest.h>

#include <vector>

#include "lerl/base/index.h"

namespace lerl {
namespace {

SumTree TreeOf(const std::vector<double>& values) {
  SumTree tree(std::ssize(values));
  for (size_t i = 0; i < values.size(); ++i) tree.Set(static_cast<int64_t>(i), values[i]);
  return tree;
}

TEST(SumTree, FindsTheLeafInWhosePartANumberLies) {
  // Parts: [0, 1), [1, 3), none, [3, 7), [7, 10).
  const SumTree tree = TreeOf({1, 2, 0, 4, 3});
  EXPECT_EQ(tree.total(), 10);
  const std::vector<std::pair<double, int64_t>> leaf_of = {{0, 0}, {0.99, 0}, {1, 1}, {2.99, 1},
                                                           {3, 3}, {6.99, 3}, {7, 4}, {9.99, 4}};
  for (const auto& [at, leaf] : leaf_of) EXPECT_EQ(tree.Find(at), leaf) << at;
}

TEST(SumTree, FollowsALeafThatChanges) {
  SumTree tree = TreeOf({1, 2, 0, 4, 3});
  tree.Set(1, 0.5);
  tree.Set(2, 8);
  EXPECT_EQ(tree.total(), 1 + 0.5 + 8 + 4 + 3);
  EXPECT_EQ(tree.Leaf(1), 0.5);
  EXPECT_EQ(tree.Find(1.4), 1);
  EXPECT_EQ(tree.Find(1.5), 2);
  EXPECT_EQ(tree.Find(9.4), 2);
  EXPECT_EQ(tree.Find(9.5), 3);
}

TEST(SumTree, NeverFindsALeafOfZero) {
  const SumTree tree = TreeOf({0, 5, 0});
  EXPECT_EQ(tree.Find(0), 1);
  EXPECT_EQ(tree.Find(4.9), 1);
  EXPECT_EQ(tree.Find(5), 1);  // where rounding has led beyond the last leaf
  EXPECT_EQ(tree.Find(7), 1);
}

TEST(SumTree, DependsOnItsLeavesAlone) {
  const std::vector<double> values = {0.1, 0.7, 1e-9, 3.3, 1e6, 0.2, 0.3};
  SumTree changed = TreeOf({9, 8, 7, 6, 5, 4, 3});
  for (size_t i = values.size(); i-- > 0;) changed.Set(static_cast<int64_t>(i), values[i]);
  const SumTree fresh = TreeOf(values);
  EXPECT_EQ(changed.total(), fresh.total());
  for (double at = 0; at < fresh.total(); at += fresh.total() / 97)
    EXPECT_EQ(changed.Find(at), fresh.Find(at));
}

TEST(SumTree, MayHaveOneLeaf) {
  const SumTree tree = TreeOf({2});
  EXPECT_EQ(tree.total(), 2);
  EXPECT_EQ(tree.Find(1), 0);
}

}  // namespace
}  // namespace lerl
