#pragma once
// The one fixed set of unit vectors of a data set, which the similarity within a slate and the
// metric intra-list diversity use. The vectors are the item factors of a logistic factorisation
// (nn/matrix_factorisation.h) of the first behaviour over the training rows, each scaled to
// length 1.

#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

inline constexpr int kItemVectorWidth = 16;
inline constexpr const char* kItemVectorName = "logistic factors (16) of training rows";

// Returns [I, kItemVectorWidth], each row of length 1. An item without a training row keeps the
// random direction it started with.
std::vector<float> FitUnitItemVectors(const Dataset& dataset, const Split& split);

}  // namespace lerl
