#include "lerl/serve/catalog.h"

#include <algorithm>
#include <utility>

namespace lerl {
namespace {

std::optional<int32_t> Find(const std::unordered_map<std::string, int32_t>& names,
                            const std::string& name) {
  const auto found = names.find(name);
  if (found == names.end()) return std::nullopt;
  return found->second;
}

// A catalog and the world that it is of.
int32_t FirstAdded(const ServedWorld& served) {
  const World& known = served.items.known == nullptr ? *served.world : *served.items.known;
  return static_cast<int32_t>(known.dataset.num_items());
}

struct CatalogOfWorld {
  explicit CatalogOfWorld(const ServedWorld& served)
      : world(served.world), catalog(world->dataset, FirstAdded(served), served.items.withdrawn) {}
  const std::shared_ptr<const World> world;
  const Catalog catalog;
};

}  // namespace

std::shared_ptr<const Catalog> CatalogOf(const ServedWorld& served) {
  const auto both = std::make_shared<const CatalogOfWorld>(served);
  return {both, &both->catalog};
}

Catalog::Catalog(const Dataset& dataset)
    : Catalog(dataset, static_cast<int32_t>(dataset.num_items()), {}) {}

Catalog::Catalog(const Dataset& dataset, int32_t first_added, std::vector<uint8_t> withdrawn)
    : dataset_(dataset),
      guest_(static_cast<int32_t>(dataset.num_users() - 1)),
      first_added_(first_added),
      withdrawn_(std::move(withdrawn)) {
  for (int32_t item = 0; item < dataset.num_items(); ++item)
    items_.emplace(dataset.item_ids[At(item)], item);
  for (int32_t user = 0; user < guest_; ++user) users_.emplace(dataset.user_ids[At(user)], user);
}

std::optional<int32_t> Catalog::Item(const std::string& id) const { return Find(items_, id); }

int32_t Catalog::User(const std::string& id) const { return Find(users_, id).value_or(guest_); }

std::optional<int> Catalog::Behaviour(const std::string& name) const {
  const auto found = std::ranges::find(dataset_.behaviours, name);
  if (found == dataset_.behaviours.end()) return std::nullopt;
  return static_cast<int>(found - dataset_.behaviours.begin());
}

std::string Catalog::Title(int32_t item) const {
  const std::string& title = dataset_.item_titles[At(item)];
  return title.empty() ? ItemId(item) : title;
}

std::vector<std::string> Catalog::CategoriesOf(int32_t item) const {
  std::vector<std::string> names;
  for (const int32_t c : dataset_.CategoriesOf(item)) names.push_back(dataset_.categories[At(c)]);
  return names;
}

}  // namespace lerl
