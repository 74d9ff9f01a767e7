#pragma once
// Control: reads a wish by words. A category is asked for where a clause that asks
// (wishes/wish_clauses.h) has its name or one of its words (`words:` in
// wishes/bank/phrasings.txt), and refused where one that refuses has it. Both: refused. What is
// written otherwise, and slips, it does not know.

#include <memory>

#include "lerl/data/dataset.h"
#include "lerl/planner/wishes/wish_reader.h"

namespace lerl {

std::unique_ptr<WishReader> MakeKeywordReader(const Dataset& dataset);

}  // namespace lerl
