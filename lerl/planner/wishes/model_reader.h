#pragma once
// Reads a wish by a language model, as it comes or tuned for it (lm_tuning/wish_examples.h): it
// continues a short text that quotes the wish with the name of a category. For each text that it is
// asked with,
//
//   x_c = log p(name_c | text with the wish) - log p(name_c | text with a wish for "something")
//
// and its evidence (planner/wishes/wish_reader.h) is added or, for a clause that refuses
// (wishes/wish_clauses.h), taken off. A clause that names a title of the catalogue is looked up
// (planner/wishes/catalogue_clauses.h), and the model is not asked.
//
// The wish stands in the prompt as data (QuotedWish). The answer is one of the names, whatever
// the wish says.

#include <memory>

#include "lerl/data/dataset.h"
#include "lerl/llm/backend.h"
#include "lerl/planner/wishes/wish_reader.h"

namespace lerl {

// `order_seed` permutes the names in the prompt. `clauses` off: a wish is asked about as a whole.
std::unique_ptr<WishReader> MakeModelReader(const Dataset& dataset,
                                            std::shared_ptr<LlmBackend> backend, bool clauses,
                                            uint64_t order_seed);

}  // namespace lerl
