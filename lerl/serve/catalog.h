#pragma once
// Catalog: the names of a data set, as a product uses them, and their indices.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lerl/data/dataset.h"

namespace lerl {

class Catalog {
 public:
  // The data set's last user is the guest (serve/guest.h). It must outlive the catalog.
  explicit Catalog(const Dataset& dataset);

  std::optional<int32_t> Item(const std::string& id) const;
  int32_t User(const std::string& id) const;  // the guest for somebody whom the data don't know
  std::optional<int> Behaviour(const std::string& name) const;
  int32_t guest() const { return guest_; }
  const Dataset& dataset() const { return dataset_; }

  std::string ItemId(int32_t item) const { return dataset_.item_ids[At(item)]; }
  std::string Title(int32_t item) const;  // its id where it has none
  std::vector<std::string> CategoriesOf(int32_t item) const;

 private:
  const Dataset& dataset_;
  const int32_t guest_;
  std::unordered_map<std::string, int32_t> items_, users_;
};

}  // namespace lerl
