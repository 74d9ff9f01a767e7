#pragma once
// What of a world policies know, by the settings
//
//   split.new_items, new_category   no row of new items (data/new_items.h)
//   split.known_rows                the first rows of whom they play with (train/cold_start.h)
//   agent.item_features             what stands for items without rows (train/item_features.h)
//
// Where policies know less than there is, the whole world is World::truth: environments and metrics
// are made of it. The factorisation of the policy side is fitted on what is left.

#include <memory>

#include "lerl/data/dataset.h"
#include "lerl/train/run_config.h"
#include "lerl/train/world.h"

namespace lerl {

// Throws what AsPoliciesKnow would, before anything is fitted: Error(kConfig) for an unknown
// category, or too few items that are not new; Error(kModel) without a model of sentence embeddings
// where one is asked for.
void RequireKnowledge(const RunConfig& config, const Dataset& dataset);

// The whole world itself where policies know all of it.
std::unique_ptr<World> AsPoliciesKnow(std::unique_ptr<World> whole, const RunConfig& config);

}  // namespace lerl
