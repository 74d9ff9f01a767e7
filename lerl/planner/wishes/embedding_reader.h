#pragma once
// Control: reads a wish by sentence embeddings. For each clause of a wish (wishes/wish_clauses.h)
//
//   x_c = max(cos(clause, name_c), max over examples i of c of (cos(clause, title_i) - margin))
//
//   name_c    "Comedy film" where the bank of phrasings knows the name, as it does of films, and
//             otherwise the category's own name
//   title_i   of the kExamples items of the category with the most training rows
//   margin    kTitleMargin: a title is no description, so that it counts where it is named
//
// and the clause's evidence (planner/wishes/wish_reader.h) is added or, where it refuses, taken
// off, with kCosineScale, the scale with which the default model was trained. Nothing is learned.
//
// Reference: Sentence-BERT, arXiv 1908.10084.

#include <functional>
#include <memory>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/llm/text_embedder.h"
#include "lerl/planner/wishes/wish_reader.h"

namespace lerl {

// The model is loaded at the first wish, by `make`. The data set and the split must outlive the
// reader. `clauses` off: a wish is read as one text that asks.
std::unique_ptr<WishReader> MakeEmbeddingReader(
    const Dataset& dataset, const Split& split, bool clauses,
    std::function<std::shared_ptr<TextEmbedder>()> make);

}  // namespace lerl
