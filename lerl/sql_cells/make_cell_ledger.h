#pragma once
// The ledger of cells that a URL names.

#include <memory>
#include <string>

#include "lerl/cells/cell_ledger.h"

namespace lerl {

// Opens, or makes where it is new, the ledger at `url`: sqlite:PATH, a path alone, or
// postgresql://HOST/DATABASE. `name` is the option that the URL comes from, for messages. Throws as
// SqliteCells and PostgresCells do, and Error(kUsage) where the URL names none.
std::unique_ptr<CellLedger> MakeCellLedger(const std::string& url, const std::string& name);

}  // namespace lerl
