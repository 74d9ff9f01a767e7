#pragma once
// What becomes of the rows of a log after they were read: events are merged, repeated rows counted,
// rows of what was not taken drawn. New columns are in memory as far as `memory` goes.

#include <cstdint>

#include "lerl/data/dataset.h"
#include "lerl/data/growing_column.h"

namespace lerl {

// Merges the rows of a user with an item into one, as long as each follows the last within `gap_ms`
// (0: whenever). It has the time of the first, every response of them, and the highest value.
// Returns how many rows there were before.
int64_t MergeEvents(Dataset& dataset, int64_t gap_ms, const RowMemory& memory = {});

// How many rows have the user, item and time of another row before them.
int64_t CountRepeatedRows(const Dataset& dataset);

// Adds up to `per_row` rows without a response behind each row, at its time: items drawn evenly,
// each once for the row, from those that the user has no row with. Returns how many were added.
int64_t AddNegatives(Dataset& dataset, int64_t per_row, uint64_t seed,
                     const RowMemory& memory = {});

}  // namespace lerl
