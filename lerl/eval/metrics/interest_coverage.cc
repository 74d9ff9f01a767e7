#include "lerl/eval/metrics/interest_coverage.h"

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/eval/metrics/slate_categories.h"

namespace lerl {
namespace {

// The categories of items that the user likes in the held-out rows: [C], 0 or 1.
std::vector<uint8_t> LaterInterests(const MetricInput& input, int32_t user) {
  const Dataset& dataset = input.dataset;
  std::vector<uint8_t> liked(At(dataset.num_categories()));
  for (int64_t row = input.split.train_end[At(user)]; row < dataset.RowsEnd(user); ++row) {
    if (dataset.responses[0][At(row)] == 0) continue;
    for (const int32_t c : dataset.CategoriesOf(dataset.items[At(row)])) liked[At(c)] = 1;
  }
  return liked;
}

}  // namespace

SessionValues InterestCoverage(const SessionLog& log, const MetricInput& input) {
  SessionValues values;
  const std::vector<std::vector<int32_t>> shown = ItemsShown(log);
  bool any = false;
  for (size_t s = 0; s < shown.size(); ++s) {
    std::vector<uint8_t> unseen = LaterInterests(input, log.user[s]);
    const auto interests = std::count(unseen.begin(), unseen.end(), 1);
    for (const int32_t item : shown[s])
      for (const int32_t c : input.dataset.CategoriesOf(item)) unseen[At(c)] = 0;
    const auto left = std::count(unseen.begin(), unseen.end(), 1);
    values.numerator.push_back(
        interests == 0 ? 0 : 1 - static_cast<double>(left) / static_cast<double>(interests));
    values.denominator.push_back(interests == 0 ? 0 : 1);
    any |= interests > 0;
  }
  return any ? values : SessionValues{};
}

}  // namespace lerl
