#pragma once
// What stands for items without a training row (new items, data/new_items.h, and others that nobody
// met in time). Their factors q_n and bias b_n are the fit's start, which says nothing. Here they
// are made of what is known of all items. Let v_i = [q_i, b_i], p_i the root of the training rows
// of item i, and v the mean of v_i by p_i over the items with rows.
//
// By neighbours:
//
//   v_n = mean over its categories c of m_c
//   m_c = sum_{i in c} p_i v_i / sum_{i in c} p_i      (agents/items/category_means.h)         (1)
//
// over the categories that hold an item with rows; v where there is none.
//
// By features x_i [D], such as sentence embeddings of titles:
//
//   v_n = v + B x_n
//   B   = argmin sum_i p_i |v_i - v - B x_i|^2 + penalty |B|^2                                 (2)
//
// The penalty is chosen for each column of v among kPenalties: the one that predicts every
// kHeldOutEvery-th item with rows best when the fit is made on the others. B is then fitted on all.
//
// References: Gantner et al. 2010, doi 10.1109/ICDM.2010.129, who learn the map from attributes to
// factors; KAR, arXiv 2306.10933, and LLM2BERT4Rec, arXiv 2309.09261, who give a recommender texts'
// embeddings as features of items. Not handled: items with few rows keep what the fit says of them.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

inline constexpr std::array<double, 6> kPenalties = {0.3, 1, 3, 10, 30, 100};
inline constexpr size_t kHeldOutEvery = 5;

// p [I]: root of the training rows of each item.
std::vector<double> RootsOfRows(const Dataset& dataset, const Split& split);

// Both write into the factors and biases of the model's items with p = 0, and into no others; where
// no item has rows they change nothing. `roots` is p.
void FillByNeighbours(const Dataset& dataset, std::span<const double> roots, MfModel& model);
// `features` [I, D].
void FillByFeatures(std::span<const float> features, std::span<const double> roots, MfModel& model);

}  // namespace lerl
