#include "lerl/eval/tables/oracle_plans.h"

#include <algorithm>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/sim/rules/reorder.h"

namespace lerl {

OracleCategories OracleCategoriesOf(const Dataset& dataset, bool one_each) {
  OracleCategories all;
  all.count = dataset.num_categories();
  const std::vector<int32_t> rarest = RarestCategory(dataset);
  for (int64_t item = 0; item < dataset.num_items(); ++item) {
    auto& of = all.of.emplace_back();
    const auto categories = dataset.CategoriesOf(item);
    if (!one_each)
      of.assign(categories.begin(), categories.end());
    else if (rarest[At(item)] >= 0)
      of.push_back(rarest[At(item)]);
  }
  all.likes.resize(At(dataset.num_items()));
  // Likes of items leave out the rows that the fit holds out; likes of categories count all rows.
  const std::vector<int64_t> unseen = MfHeldOutRows(dataset.num_interactions(), MfConfig{});
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    std::vector<double> count(At(all.count));
    for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row) {
      if (dataset.responses[0][At(row)] == 0) continue;
      const auto item = At(dataset.items[At(row)]);
      if (!std::ranges::binary_search(unseen, row)) ++all.likes[item];
      for (const int32_t c : all.of[item]) ++count[At(c)];
    }
    auto& order = all.favourites.emplace_back(At(all.count));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater(), [&](int32_t c) { return count[At(c)]; });
  }
  return all;
}

OraclePlanner NoPlan() {
  return [](const OracleCategories&, const OracleMoment&, std::span<const float>) {
    return OraclePlan();
  };
}

OraclePlanner Favourites(int64_t count) {
  return [count](const OracleCategories& categories, const OracleMoment& moment,
                 std::span<const float>) {
    const auto& order = categories.favourites[At(moment.user)];
    return OraclePlan(order.begin(), order.begin() + std::min(count, categories.count));
  };
}

OraclePlanner FavouritesInTurn(int64_t count) {
  return [count](const OracleCategories& categories, const OracleMoment& moment,
                 std::span<const float>) {
    return OraclePlan{categories.favourites[At(moment.user)]
                                           [At(moment.step % std::min(count, categories.count))]};
  };
}

OraclePlanner RandomPlan(int64_t size) {
  return [size](const OracleCategories& categories, const OracleMoment& moment,
                std::span<const float>) {
    OraclePlan all(At(categories.count));
    std::iota(all.begin(), all.end(), 0);
    moment.rng->Shuffle(std::span(all));
    all.resize(At(std::min(size, categories.count)));
    return all;
  };
}

OraclePlanner RoundRobin(int64_t size) {
  return [size](const OracleCategories& categories, const OracleMoment& moment,
                std::span<const float>) {
    OraclePlan plan;
    for (int64_t i = 0; i < std::min(size, categories.count); ++i)
      plan.push_back(static_cast<int32_t>((moment.step * size + i) % categories.count));
    return plan;
  };
}

// The category whose K best items that are left have the highest mean, other than the last one.
OraclePlanner BestSingle(int64_t slate_size) {
  return [slate_size](const OracleCategories& categories, const OracleMoment& moment,
                      std::span<const float> scores) {
    std::vector<int64_t> taken(At(categories.count));
    std::vector<double> sum(At(categories.count));
    for (const int32_t item : moment.ranked) {
      for (const int32_t c : categories.of[At(item)]) {
        if (taken[At(c)] == slate_size) continue;
        ++taken[At(c)];
        sum[At(c)] += static_cast<double>(scores[At(item)]);
      }
    }
    int32_t best = -1;
    for (int32_t c = 0; c < categories.count; ++c) {
      if (c == moment.previous || taken[At(c)] < slate_size) continue;
      if (best < 0 || sum[At(c)] > sum[At(best)]) best = c;
    }
    return best < 0 ? OraclePlan() : OraclePlan{best};
  };
}

}  // namespace lerl
