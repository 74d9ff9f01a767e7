#pragma once
// What the policy side knows about items: a factorisation of the training interactions, never of
// the simulator, and the item vectors E made of it.
//
//   E_i = standardise([q_i, b_i])                                                              (1)
//
//   q_i, b_i      factors and bias of item i (nn/matrix_factorisation.h)
//   standardise   each column gets mean 0 and standard deviation 1 over the items; a constant
//                 column becomes 0
// E is frozen during RL. The map from a virtual item to a slate (mask, top K) then belongs to the
// environment, and the ratio of Gaussian densities in PPO is exact (docs/papers.md#lerl).

#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

struct ItemFactors {
  MfModel model;               // fitted on the first behaviour of the training rows
  int width = 0;               // A = factors + 1
  std::vector<float> vectors;  // E [I, A]
};

ItemFactors FitItemFactors(const Dataset& dataset, const Split& split, const MfConfig& config);

// The same of a model that is there: equation (1) alone.
ItemFactors FactorsOf(MfModel model);

}  // namespace lerl
