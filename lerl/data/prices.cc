#include "lerl/data/prices.h"

#include <algorithm>

#include "lerl/base/error.h"

namespace lerl {
namespace {

struct Mean {
  double sum = 0;
  int64_t count = 0;
  void Add(double value) { sum += value, ++count; }
  double value() const { return sum / static_cast<double>(count); }
};

}  // namespace

PriceRows::PriceRows(int64_t items, bool last) : last_(last), prices_(At(items)) {
  if (last) times_.assign(At(items), 0);
}

void PriceRows::Add(int32_t item, float price, int64_t time_ms) {
  if (!last_) {
    all_.emplace_back(item, price);
    return;
  }
  const auto index = At(item);
  if (prices_[index] != 0 && time_ms < times_[index]) return;
  prices_[index] = price;
  times_[index] = time_ms;
}

std::vector<float> PriceRows::Take() {
  std::ranges::sort(all_);
  for (size_t begin = 0, end = 0; begin < all_.size(); begin = end) {
    while (end < all_.size() && all_[end].first == all_[begin].first) ++end;
    prices_[At(all_[begin].first)] = all_[begin + (end - begin - 1) / 2].second;
  }
  all_ = {};
  return std::move(prices_);
}

void StorePrices(std::vector<float> prices, const std::string& source, Dataset& dataset) {
  if (std::ranges::all_of(prices, [](float price) { return price == 0; }))
    throw Error(ErrorKind::kData,
                source +
                    ": no item has a price; name another column, or take price out of the "
                    "description");
  dataset.prices = std::move(prices);
}

std::vector<float> AllPrices(const Dataset& dataset) {
  std::vector<float> prices(dataset.prices.begin(), dataset.prices.end());
  // 1. The mean of all known prices, and that of each category.
  Mean all;
  std::vector<Mean> of_category(dataset.categories.size());
  for (size_t i = 0; i < prices.size(); ++i) {
    if (prices[i] == 0) continue;
    const auto price = static_cast<double>(prices[i]);
    all.Add(price);
    for (const int32_t c : dataset.CategoriesOf(static_cast<int64_t>(i)))
      of_category[At(c)].Add(price);
  }
  // 2. Items without one.
  for (size_t i = 0; i < prices.size(); ++i) {
    if (prices[i] != 0) continue;
    Mean own;
    for (const int32_t c : dataset.CategoriesOf(static_cast<int64_t>(i)))
      if (of_category[At(c)].count > 0) own.Add(of_category[At(c)].value());
    prices[i] = static_cast<float>(own.count > 0 ? own.value() : all.value());
  }
  return prices;
}

}  // namespace lerl
