#pragma once
// ItemRecord: what a store knows of an item: one that a product added while it was served, which
// the data set does not have, or one of the data set that may not be shown any more.

#include <cstdint>
#include <string>
#include <vector>

namespace lerl {

struct ItemRecord {
  std::string id;                       // as the product names it
  std::string title;                    // "" where it has none
  std::vector<std::string> categories;  // none: an item of the data set, which is withdrawn
  std::string text;                     // what else is said of it; "" where nothing is
  int64_t added_us = 0;                 // when it was first heard of
  int64_t withdrawn_us = 0;             // since when it may not be shown; 0: it may
  int64_t shown = 0;                    // how often it was; counted of added items alone
  int64_t number = 0;                   // rises in the order in which items came; the store sets it

  bool added() const { return !categories.empty(); }
  bool operator==(const ItemRecord&) const = default;
};

enum class ItemOutcome : uint8_t {
  kAdded,
  kRepeated,  // the item is known and is said to be the same: nothing changed, nothing is wrong
  kConflict,  // its id is known and stands for something else
};

}  // namespace lerl
