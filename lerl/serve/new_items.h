#pragma once
// New items: what a product adds while it is served, as rows of a world, so that policies score
// them, show them and take in what was answered as with any other item. A new item's vector is made
// of those of items that it shares categories with, and of those whose titles are like what is said
// of it:
//
//   v_n = (1 - g) a_n + g b_n                                                                   (1)
//   a_n = mean over its categories c of (sum_{i in c} p_i v_i + L m) / (sum_{i in c} p_i + L)   (2)
//   b_n = sum_{i in T} s_i v_i / sum_{i in T} s_i                                               (3)
//   g   = sum_{i in T} s_i^2 / sum_{i in T} s_i; 0 where T is empty                             (4)
//
//   v_i   what the policy side knows of item i: factors and bias of its factorisation, its item
//         vector (agents/items/item_factors.h), its unit vector (sim/item_vectors.h)
//   p_i   root of the training rows of item i, its popularity; m is the mean of v by p of all items
//   L     = kCategoryPrior; a category with few rows stays near the mean of all
//   s_i   how like the title of item i is to title and text of the new one (serve/title_index.h);
//         T are the kAlikeItems items that are most alike
// Since weights add up to 1, it is the same whether columns are standardised before or after.
//
// Reference: for vectors of new items from their attributes, Gantner et al. 2010, doi
// 10.1109/ICDM.2010.129, who learn the map; this one has nothing to fit. Not handled: an item's
// vector does not change with what is answered to it; a new run, trained on data that have the
// item, knows it better.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lerl/events/item_record.h"
#include "lerl/serve/new_item_draw.h"
#include "lerl/train/world.h"

namespace lerl {

inline constexpr double kCategoryPrior = 20;
inline constexpr size_t kAlikeItems = 10;

// What a policy in service has to know of its items beside the world.
struct ServedItems {
  std::shared_ptr<const World> known = nullptr;  // the world of the data set alone, for whatever
                                                 // simulates; null: the same as the policy's
  std::vector<uint8_t> withdrawn = {};           // [I] 1 = may not be shown; empty: all may
  std::shared_ptr<ShownCounts> shown = nullptr;  // of added items; null: there are none
};

struct ServedWorld {
  std::shared_ptr<const World> world;
  ServedItems items;
};

// A world with a row for each added item, in the order of their numbers behind the items of the
// data set, and what may be shown of it. `known` is a world of the data set, with the guest; the
// records are in the order of EventStore::Items. An added item that the data set has by now is the
// data set's, and one whose categories it does not know is left out. The fingerprint stays that of
// the data, so that checkpoints still fit.
ServedWorld WithStoredItems(std::shared_ptr<const World> known, std::span<const ItemRecord> items);

}  // namespace lerl
