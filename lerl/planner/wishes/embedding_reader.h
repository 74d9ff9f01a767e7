#pragma once
// Control: reads a wish by sentence embeddings. For each clause of a wish (wishes/wish_clauses.h)
//
//   x_c = mean of the kNearest greatest cos(clause, r) over the references r of category c
//
//   references   "Comedy film" and "a film with laughs", for each of the category's words, where
//                the bank of phrasings knows the category, as it does of films; otherwise its name
//
// and the clause's evidence (planner/wishes/wish_reader.h) at kCosineScale is added or, where it
// refuses, taken off. A clause that names a title of the catalogue is looked up and not embedded
// (planner/wishes/catalogue_clauses.h).
//
// Nothing is learned. References, kNearest and kCosineScale were chosen by the sentences of
// validation users, which are in the phrasings to learn from (`lerl audit wishes --config
// configs/wishes_ml100k.toml --seeds 12`): the shares of wishes of which the right category is
// first went from .54 with "Comedy film" and the best-known titles as references to .76.
//
// Reference: Sentence-BERT, arXiv 1908.10084.

#include <functional>
#include <memory>

#include "lerl/data/dataset.h"
#include "lerl/llm/text_embedder.h"
#include "lerl/planner/wishes/wish_reader.h"

namespace lerl {

// The model is loaded at the first wish, by `make`. The data set must outlive the reader. `clauses`
// off: a wish is read as one text that asks.
std::unique_ptr<WishReader> MakeEmbeddingReader(
    const Dataset& dataset, bool clauses, std::function<std::shared_ptr<TextEmbedder>()> make);

}  // namespace lerl
