#pragma once
// ItemDesk: what a product asks of the items that it shows: to add some, to withdraw one that has
// run out, to show it again. Calls throw Refusal for what can't be, and what the store throws.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lerl/events/event_store.h"
#include "lerl/serve/catalog.h"

namespace lerl {

inline constexpr int64_t kMostAddedItems = 100'000;

struct ItemCounts {
  int64_t added = 0, repeated = 0;
};

class ItemDesk {
 public:
  struct Parts {
    EventStore& store;
    std::function<std::shared_ptr<const Catalog>()> catalog;  // of what is served
    std::function<void()> refresh;   // serves what the store says of items; may throw Error
    std::function<int64_t()> clock;  // microseconds since 1970
  };
  explicit ItemDesk(Parts parts) : parts_(std::move(parts)) {}

  // Stores items of which id, title, categories and text are given, all or none. Refused are ids of
  // the data set and ids that stand for another item (both conflicts), categories that the data set
  // does not know, texts that are empty, too long or no text, and more than kMostAddedItems items.
  // An item that is known and the same stays as it is, also where it is withdrawn.
  ItemCounts Add(std::vector<ItemRecord> items);

  // Withdraws an item, added or of the data set; shows it again. Both return whether that changed
  // anything.
  bool Withdraw(const std::string& item) { return Set(item, parts_.clock()); }
  bool Restore(const std::string& item) { return Set(item, 0); }

 private:
  bool Set(const std::string& item, int64_t withdrawn_us);
  void Refresh();

  const Parts parts_;
};

}  // namespace lerl
