#pragma once
// What the policy side knows about items: a factorisation of the training interactions (never of
// the simulator), and the item vectors E made of it.
//
//   E_i = standardise([q_i, b_i])      factors and bias of item i, each column to mean 0, sd 1
// E is frozen during RL: then the map from a virtual item to a slate (mask, top K) belongs to the
// environment and the ratio of Gaussian densities in PPO is exact (lerl.md, "Low level").

#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

struct ItemFactors {
  MfModel model;               // fitted on the training rows, first behaviour
  int width = 0;               // D = factors + 1
  std::vector<float> vectors;  // E [I, D]
};

ItemFactors FitItemFactors(const Dataset& dataset, const Split& split, const MfConfig& config);

}  // namespace lerl
