#pragma once
// What policies take for items without a training row, by the setting agent.item_features:
//
//   none         what the factorisation starts with (nn/matrix_factorisation.h), which says nothing
//   neighbours   the mean of items that share its categories
//   text         a regression on the item's text: the sentence embedding of title and categories
//                (train/item_embeddings.h) and its categories, 0 or 1
//
// agents/items/rowless_items.h has the equations. The texts are embedded by all-MiniLM-L6-v2.

#include <string>

#include "lerl/agents/items/item_factors.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

// Throws Error(kModel), saying how it is made, where the setting needs a model of sentence
// embeddings and there is none.
void RequireItemFeatures(const std::string& item_features);

// Puts them into `factors`, which were fitted on the training rows of the split. Throws as above.
void FillRowlessItems(const std::string& item_features, const Dataset& dataset, const Split& split,
                      ItemFactors& factors);

}  // namespace lerl
