#pragma once
// Prices: what an item is sold for, in the data's own unit. An item may have been sold at several;
// one of them counts. An item without any is given one by its categories:
//
//   price_i = mean over i's categories c of m_c          m_c: mean of the known prices in c
//
// where categories in which nothing has a price are left out. Where that leaves none, the price is
// the mean of all known ones. Like categories and titles, prices are read from the whole log.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lerl/data/dataset.h"

namespace lerl {

// Makes one price for each item out of those that rows name.
class PriceRows {
 public:
  // With `last` the price of an item's latest row counts, of rows at one time that of the one that
  // was added last; without it the median, of an even number the lower of the two in the middle.
  PriceRows(int64_t items, bool last);
  void Add(int32_t item, float price, int64_t time_ms);
  std::vector<float> Take();  // [I]; 0 for an item that no row names

 private:
  const bool last_;
  std::vector<float> prices_;                   // [I]
  std::vector<int64_t> times_;                  // [I] of `prices_`, with `last`
  std::vector<std::pair<int32_t, float>> all_;  // item and price, without `last`
};

// Keeps prices [I], 0 for unknown, in the data set. Throws Error(kData) naming `source` where no
// item has one.
void StorePrices(std::vector<float> prices, const std::string& source, Dataset& dataset);

// The price of every item, [I], those without one of their own included; empty where the data set
// has no prices.
std::vector<float> AllPrices(const Dataset& dataset);

}  // namespace lerl
