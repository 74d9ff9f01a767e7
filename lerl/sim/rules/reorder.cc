#include "lerl/sim/rules/reorder.h"

#include <algorithm>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// A largest matching of positions with items of the slate, where a position goes together with the
// items that differ in category from the previous item of the position.
class Matching {
 public:
  Matching(std::span<const int32_t> previous, std::span<const int32_t> category_of,
           std::span<const int32_t> slate)
      : previous_(previous),
        category_of_(category_of),
        slate_(slate),
        position_of_(slate.size(), -1),
        item_of_(slate.size(), -1) {
    // 1. An item keeps its position wherever the categories differ.
    for (size_t position = 0; position < slate.size(); ++position) {
      if (CategoryOf(slate_[position]) == CategoryOf(previous_[position])) continue;
      position_of_[position] = item_of_[position] = static_cast<int>(position);
    }
    // 2. Augmenting paths serve the other positions.
    for (size_t position = 0; position < slate.size(); ++position) {
      if (item_of_[position] >= 0) continue;
      visited_.assign(slate.size(), 0);
      Augment(position);
    }
  }

  // The items in their new order. Positions without a match take the items that are left, best
  // first.
  std::vector<int32_t> Order() const {
    std::vector<int32_t> order(slate_.size());
    size_t rank = 0;
    for (size_t position = 0; position < slate_.size(); ++position) {
      int item = item_of_[position];
      if (item < 0) {
        while (position_of_[rank] >= 0) ++rank;
        item = static_cast<int>(rank++);
      }
      order[position] = slate_[At(item)];
    }
    return order;
  }

 private:
  int32_t CategoryOf(int32_t item) const { return category_of_[At(item)]; }

  // Finds an item for the position, moving items of other positions on if need be. Returns whether
  // it did.
  bool Augment(size_t position) {
    for (size_t item = 0; item < slate_.size(); ++item) {
      if (visited_[item] || CategoryOf(slate_[item]) == CategoryOf(previous_[position])) continue;
      visited_[item] = 1;
      if (position_of_[item] >= 0 && !Augment(At(position_of_[item]))) continue;
      position_of_[item] = static_cast<int>(position);
      item_of_[position] = static_cast<int>(item);
      return true;
    }
    return false;
  }

  const std::span<const int32_t> previous_, category_of_, slate_;
  std::vector<int> position_of_, item_of_;  // [K] by rank of the item, by position; -1: not matched
  std::vector<uint8_t> visited_;
};

}  // namespace

void ReorderSlate(std::span<const int32_t> previous, std::span<const int32_t> category_of,
                  std::span<int32_t> slate) {
  LERL_CHECK_EQ(previous.size(), slate.size());
  const std::vector<int32_t> order = Matching(previous, category_of, slate).Order();
  std::copy(order.begin(), order.end(), slate.begin());
}

}  // namespace lerl
