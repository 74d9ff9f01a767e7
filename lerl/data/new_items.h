#pragma once
// New items: items that have just come into the catalogue. Policies know their titles, categories,
// features and prices, and no interaction with them.
//
//   split.new_items = s      the round(s I) items whose ids have the lowest hashes under split.seed
//   split.new_category = c   all items that carry category c, whatever others they carry
//
// Where both are set, the items of either. The draw depends neither on the rows of an item nor on
// the order of items. What users are really like does not change (World::truth in train/world.h),
// so that an item which stands in a user's past is not shown to that user again, new or not.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

// Returns [I] 1 = new; empty where the settings ask for none. Throws Error(kConfig) for a category
// that the data set lacks, and names those that it has.
std::vector<uint8_t> ChooseNewItems(const Dataset& dataset, const SplitConfig& config);

// Throws Error(kConfig) where no category has `slate` items that are not new, so that policies
// could practise with none.
void RequireKnownSlate(const Dataset& dataset, std::span<const uint8_t> new_items, int64_t slate);

// Drops all rows of the new items, [I], and says in the split which they are. Users, items,
// categories and the four lists of users stay; a user may be left without rows.
void DropRowsOf(std::vector<uint8_t> new_items, Dataset& dataset, Split& split);

}  // namespace lerl
