#include "lerl/eval/metrics/novelty.h"

#include <cmath>

#include "lerl/base/index.h"
#include "lerl/eval/metrics/slate_categories.h"

namespace lerl {
namespace {

// - log2 p of each item, [I].
std::vector<double> SurpriseOfItems(const MetricInput& input) {
  const Dataset& dataset = input.dataset;
  const auto items = At(dataset.num_items());
  std::vector<int64_t> users(items), last_user(items, -1);
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    for (const int64_t row : PastRows(dataset, input.split, user)) {
      const auto item = At(dataset.items[At(row)]);
      if (dataset.responses[0][At(row)] == 0 || last_user[item] == user) continue;
      last_user[item] = user;
      ++users[item];
    }
  }
  std::vector<double> surprise;
  for (const int64_t count : users)
    surprise.push_back(
        std::log2(static_cast<double>(1 + dataset.num_users()) / static_cast<double>(1 + count)));
  return surprise;
}

}  // namespace

SessionValues Novelty(const SessionLog& log, const MetricInput& input) {
  const std::vector<double> surprise = SurpriseOfItems(input);
  SessionValues values;
  for (const std::vector<int32_t>& items : ItemsShown(log)) {
    double sum = 0;
    for (const int32_t item : items) sum += surprise[At(item)];
    values.numerator.push_back(sum / static_cast<double>(items.size()));
  }
  return values;
}

}  // namespace lerl
