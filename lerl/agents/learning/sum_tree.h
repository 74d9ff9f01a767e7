#pragma once
// SumTree: draws from many numbers in proportion to them, while single ones change (Schaul et al.
// 2016, arXiv 1511.05952, appendix B.2.1). The leaves of a binary tree hold the numbers, and every
// other node the sum of its two children. To change a leaf or to find one takes as many steps as
// the tree is high.
//
// Each sum is made anew from its children when a leaf below it changes, so that the tree depends on
// its leaves alone and not on the order in which they came to be.

#include <cstdint>
#include <vector>

namespace lerl {

class SumTree {
 public:
  // A tree of that many leaves, which are all 0.
  explicit SumTree(int64_t leaves);

  int64_t leaves() const { return leaves_; }
  double total() const { return nodes_[1]; }
  double Leaf(int64_t leaf) const;
  void Set(int64_t leaf, double value);  // value >= 0 and finite

  // The leaf in whose part of [0, total()) the number `at` lies, where the leaves lie side by side
  // in their order, each as long as its value. A leaf of 0 is never found. total() must be above 0.
  int64_t Find(double at) const;

 private:
  const int64_t leaves_;
  int64_t base_ = 1;           // a power of two, the number of leaves or the next above it
  std::vector<double> nodes_;  // the children of node n are 2n and 2n + 1; leaf l is base_ + l
};

}  // namespace lerl
