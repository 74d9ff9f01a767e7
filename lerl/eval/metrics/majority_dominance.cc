#include "lerl/eval/metrics/majority_dominance.h"

#include <algorithm>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/eval/metrics/slate_categories.h"

namespace lerl {
namespace {

constexpr double kMajority = 0.8;

// Which categories are majority categories: [C], 0 or 1; empty without any like.
std::vector<uint8_t> MajorityCategories(const MetricInput& input) {
  const Dataset& dataset = input.dataset;
  // Likes of each category in the training rows.
  std::vector<int64_t> likes(At(dataset.num_categories()));
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    for (const int64_t row : PastRows(dataset, input.split, user)) {
      if (dataset.responses[0][At(row)] == 0) continue;
      for (const int32_t c : dataset.CategoriesOf(dataset.items[At(row)])) ++likes[At(c)];
    }
  }
  const int64_t total = std::accumulate(likes.begin(), likes.end(), int64_t{0});
  if (total == 0) return {};
  // Categories by their likes, most first; a stable sort keeps ties by id.
  std::vector<size_t> order(likes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&likes](size_t a, size_t b) { return likes[a] > likes[b]; });
  // As many of them as stay within the majority of the likes, the first one in any case.
  std::vector<uint8_t> majority(likes.size());
  int64_t sum = 0;
  for (const size_t c : order) {
    sum += likes[c];
    if (c != order[0] && static_cast<double>(sum) > kMajority * static_cast<double>(total)) break;
    majority[c] = 1;
  }
  return majority;
}

}  // namespace

SessionValues MajorityDominance(const SessionLog& log, const MetricInput& input) {
  const std::vector<uint8_t> majority = MajorityCategories(input);
  if (majority.empty()) return {};
  SessionValues values;
  for (const std::vector<int32_t>& items : ItemsShown(log)) {
    const auto inside = std::count_if(items.begin(), items.end(), [&](int32_t item) {
      const std::span<const int32_t> of_item = input.dataset.CategoriesOf(item);
      return std::any_of(of_item.begin(), of_item.end(),
                         [&](int32_t c) { return majority[At(c)] != 0; });
    });
    values.numerator.push_back(static_cast<double>(inside));
    values.denominator.push_back(static_cast<double>(items.size()));
  }
  return values;
}

}  // namespace lerl
