#pragma once
// The one fixed set of unit vectors of a data set: similarity within a slate and intra-list
// diversity use it. They are the item factors of a logistic factorisation
// (nn/matrix_factorisation.h) of the main response over the training rows.

#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

inline constexpr int kItemVectorWidth = 16;
inline constexpr const char* kItemVectorName = "logistic factors (16) of training rows";

// [I, kItemVectorWidth], each row of length 1. An item without a training row has its random start
// direction.
std::vector<float> FitUnitItemVectors(const Dataset& dataset, const Split& split);

}  // namespace lerl
