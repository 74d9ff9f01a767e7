#include "lerl/train/policy_knowledge.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "lerl/data/new_items.h"
#include "lerl/train/cold_start.h"
#include "lerl/train/item_features.h"

namespace lerl {
namespace {

// [I] as Split::new_items.
std::vector<uint8_t> NewItemsOf(const RunConfig& config, const Dataset& dataset) {
  std::vector<uint8_t> new_items = ChooseNewItems(dataset, config.split);
  if (!new_items.empty()) RequireKnownSlate(dataset, new_items, config.slate_size());
  return new_items;
}

}  // namespace

void RequireKnowledge(const RunConfig& config, const Dataset& dataset) {
  NewItemsOf(config, dataset);
  RequireItemFeatures(config.agent.item_features);
}

std::unique_ptr<World> AsPoliciesKnow(std::unique_ptr<World> whole, const RunConfig& config) {
  std::vector<uint8_t> new_items = NewItemsOf(config, whole->dataset);
  const auto fill = [&config](World& world) {
    FillRowlessItems(config.agent.item_features, world.dataset, world.split, world.factors);
  };
  const int64_t known_rows = config.split.known_rows;
  if (known_rows < 0 && new_items.empty()) {
    fill(*whole);
    return whole;
  }
  auto known = std::make_unique<World>(*whole);
  if (!new_items.empty()) DropRowsOf(std::move(new_items), known->dataset, known->split);
  if (known_rows >= 0)
    *known = CutHistories(*known, config.agent.factors, known_rows);
  else
    known->factors = FitItemFactors(known->dataset, known->split, config.agent.factors);
  fill(*known);
  known->truth = std::move(whole);
  return known;
}

}  // namespace lerl
