#pragma once
// Catalog: the names of a data set, as a product uses them, and their indices.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/serve/new_items.h"

namespace lerl {

class Catalog {
 public:
  // The data set's last user is the guest (serve/guest.h). It must outlive the catalog. Items from
  // `first_added` on are no data's (serve/new_items.h); what is `withdrawn` [I] is not shown.
  explicit Catalog(const Dataset& dataset);
  Catalog(const Dataset& dataset, int32_t first_added, std::vector<uint8_t> withdrawn);

  std::optional<int32_t> Item(const std::string& id) const;
  int32_t User(const std::string& id) const;  // the guest for somebody whom the data don't know
  std::optional<int> Behaviour(const std::string& name) const;
  int32_t guest() const { return guest_; }
  const Dataset& dataset() const { return dataset_; }

  bool IsAdded(int32_t item) const { return item >= first_added_; }
  bool IsWithdrawn(int32_t item) const { return !withdrawn_.empty() && withdrawn_[At(item)] != 0; }
  int64_t num_added() const { return dataset_.num_items() - first_added_; }

  std::string ItemId(int32_t item) const { return dataset_.item_ids[At(item)]; }
  std::string Title(int32_t item) const;  // its id where it has none
  std::vector<std::string> CategoriesOf(int32_t item) const;

 private:
  const Dataset& dataset_;
  const int32_t guest_;
  const int32_t first_added_;
  const std::vector<uint8_t> withdrawn_;  // [I]; empty: nothing is
  std::unordered_map<std::string, int32_t> items_, users_;
};

// A catalog of what is served, which keeps the world.
std::shared_ptr<const Catalog> CatalogOf(const ServedWorld& served);

}  // namespace lerl
