#include "lerl/agents/learning/sum_tree.h"

#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {

SumTree::SumTree(int64_t leaves) : leaves_(leaves) {
  LERL_CHECK(leaves > 0);
  while (base_ < leaves) base_ *= 2;
  nodes_.assign(At(2 * base_), 0);
}

double SumTree::Leaf(int64_t leaf) const {
  LERL_CHECK(leaf >= 0 && leaf < leaves_);
  return nodes_[At(base_ + leaf)];
}

void SumTree::Set(int64_t leaf, double value) {
  LERL_CHECK(leaf >= 0 && leaf < leaves_);
  LERL_CHECK(value >= 0 && std::isfinite(value));
  int64_t node = base_ + leaf;
  nodes_[At(node)] = value;
  for (node /= 2; node >= 1; node /= 2)
    nodes_[At(node)] = nodes_[At(2 * node)] + nodes_[At(2 * node + 1)];
}

int64_t SumTree::Find(double at) const {
  LERL_CHECK(total() > 0);
  int64_t node = 1;
  while (node < base_) {
    const double left = nodes_[At(2 * node)], right = nodes_[At(2 * node + 1)];
    // Sums are rounded, so `at` may lie just beyond the last leaf; it then counts to that one.
    const bool goes_left = at < left || right == 0;
    if (!goes_left) at -= left;
    node = 2 * node + (goes_left ? 0 : 1);
  }
  return node - base_;
}

}  // namespace lerl
