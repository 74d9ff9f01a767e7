#pragma once
// The factorisations of a world (World::unit_vectors, World::factors), fitted once and then read:
//   LERL_CACHE_DIR/factors/NAME-HASH.safetensors
// HASH is of the data set, the rows that are fitted on, and the settings. A damaged file is fitted
// anew.

#include <filesystem>
#include <vector>

#include "lerl/agents/items/item_factors.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

struct Factorisations {
  std::vector<float> unit_vectors;  // sim/item_vectors.h
  ItemFactors factors;              // agents/items/item_factors.h
};

std::filesystem::path FactorisationsPath(const Dataset& dataset, const Split& split,
                                         const MfConfig& config);
// Throws Error(kIo) when the file can't be written.
Factorisations LoadOrFitFactorisations(const Dataset& dataset, const Split& split,
                                       const MfConfig& config);

}  // namespace lerl
