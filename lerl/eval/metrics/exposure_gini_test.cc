#include "lerl/eval/metrics/exposure_gini.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/index.h"
#include "lerl/eval/statistics.h"
#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

double GiniOf(const std::vector<std::vector<std::vector<int32_t>>>& sessions, int items) {
  const Dataset dataset = DatasetOf(std::vector<std::vector<int32_t>>(At(items)), 1, 9);
  return MakeCrossedTable({ExposureGini(LogOf(sessions, 1), {dataset, {}})}).estimate;
}

// Mean absolute difference over all pairs / (2 mean).
double ByPairs(const std::vector<double>& counts) {
  double differences = 0, sum = 0;
  for (const double a : counts) {
    for (const double b : counts) differences += std::abs(a - b);
    sum += a;
  }
  return differences / (2 * static_cast<double>(counts.size()) * sum);
}

TEST(ExposureGini, IsZeroWhereAllItemsAreShownAlike) {
  EXPECT_NEAR(GiniOf({{{0, 1}}, {{2, 3}}}, 4), 0, 1e-12);
}

TEST(ExposureGini, CountsItemsThatNobodySees) {
  EXPECT_NEAR(GiniOf({{{1}, {1}}, {{1}}}, 4), 0.75, 1e-12);  // (n - 1) / n
}

TEST(ExposureGini, AgreesWithThePairwiseDefinition) {
  // Counts 3 2 0 1 0 2.
  EXPECT_NEAR(GiniOf({{{0, 1}, {0, 5}}, {{0, 1}, {3, 5}}}, 6), ByPairs({3, 2, 0, 1, 0, 2}), 1e-12);
}

}  // namespace
}  // namespace lerl
