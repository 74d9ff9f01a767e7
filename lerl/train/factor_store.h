#pragma once
// The factorisations of a world (World::unit_vectors, World::factors) are fitted once and then read
// from the file
//
//   LERL_CACHE_DIR/factors/NAME-HASH.safetensors
//
//   NAME   of the data set
//   HASH   of the data set, the rows that are fitted on, and the settings
//
// Where the file is damaged, they are fitted anew.

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
// Reads the file or, without a whole one, fits and writes it. Throws Error(kIo) when it can't be
// written.
Factorisations LoadOrFitFactorisations(const Dataset& dataset, const Split& split,
                                       const MfConfig& config);

}  // namespace lerl
