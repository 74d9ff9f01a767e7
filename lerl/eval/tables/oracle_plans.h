#pragma once
// How the oracle table (eval/tables/oracle_table.h) plans: the categories that the next slate is
// drawn from.
//
//   NoPlan                  none: all items
//   Favourites(n)           the user's n favourite categories
//   FavouritesInTurn(n)     one of them, in turn from step to step
//   RandomPlan(n)           n categories, drawn anew at each step
//   RoundRobin(n)           the next n categories, the same for all users
//   BestSingle(K)           the category whose K best items that are left have the highest mean
//                           score, other than the one chosen at the step before; none where no
//                           category has K items left
//
// Where the data set has fewer than n categories, n is their number.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/data/dataset.h"

namespace lerl {

struct OracleCategories {
  int64_t count = 0;
  std::vector<std::vector<int32_t>> of;          // [I]
  std::vector<std::vector<int32_t>> favourites;  // [U] categories by the user's likes, most first
  std::vector<double> likes;                     // [I] in the rows that the reference fit sees
};

// With `one_each` an item has its rarest category alone.
OracleCategories OracleCategoriesOf(const Dataset& dataset, bool one_each);

// What a planner of the table sees before a step.
struct OracleMoment {
  int32_t user;
  int step;
  int previous;                     // category chosen at the step before by BestSingle; -1
  std::span<const int32_t> ranked;  // items that may be shown, best first
  Rng* rng;
};

using OraclePlan = std::vector<int32_t>;  // categories; empty: no plan
using OraclePlanner = std::function<OraclePlan(const OracleCategories&, const OracleMoment&,
                                               std::span<const float> scores)>;  // scores [I]

OraclePlanner NoPlan();
OraclePlanner Favourites(int64_t count);
OraclePlanner FavouritesInTurn(int64_t count);
OraclePlanner RandomPlan(int64_t size);
OraclePlanner RoundRobin(int64_t size);
OraclePlanner BestSingle(int64_t slate_size);

}  // namespace lerl
