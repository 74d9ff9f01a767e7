#include "lerl/eval/metrics/intra_list_diversity.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

TEST(IntraListDiversity, SpansItsUsefulRange) {
  const Dataset dataset = DatasetOf({{0}, {0}, {0}, {0}}, 1, 3);
  const std::vector<float> vectors = {1, 0, 1, 0, 0, 1, -1, 0};
  const SessionLog log = LogOf({{{0, 1}}, {{0, 2}, {0, 1}}, {{0, 3}}}, 1);
  const SessionValues values = IntraListDiversity(log, {dataset, {}, vectors});
  EXPECT_THAT(values.numerator, testing::ElementsAre(0, 1, 2));
  EXPECT_THAT(values.denominator, testing::ElementsAre(1, 2, 1));
}

TEST(IntraListDiversity, IsTheMeanOverAllPairs) {
  const Dataset dataset = DatasetOf(std::vector<std::vector<int32_t>>(5, {0}), 1, 1);
  const std::vector<float> vectors = RandomUnitVectors(5, 3, 7);
  const SessionValues values =
      IntraListDiversity(LogOf({{{0, 1, 2, 3, 4}}}, 1), {dataset, {}, vectors});
  double sum = 0;
  for (size_t i = 0; i < 5; ++i) {
    for (size_t j = 0; j < i; ++j) {
      double cosine = 0;
      for (size_t d = 0; d < 3; ++d) cosine += vectors[i * 3 + d] * vectors[j * 3 + d];
      sum += 1 - cosine;
    }
  }
  EXPECT_NEAR(values.numerator[0], sum / 10, 1e-6);
}

// Pairs of the first session: 1, 1 (at a right angle), 0, 2, 1, 1; the second has none.
TEST(SessionDiversity, IsTheMeanOverAllPairsOfASession) {
  const Dataset dataset = DatasetOf({{0}, {0}, {0}, {0}}, 1, 3);
  const std::vector<float> vectors = {1, 0, 1, 0, 0, 1, -1, 0};
  const SessionLog log = LogOf({{{0}, {2}, {0}, {3}}, {{0}}, {{0}, {0}}}, 1);
  const SessionValues values = SessionDiversity(log, {dataset, {}, vectors});
  EXPECT_THAT(values.numerator, testing::ElementsAre(testing::DoubleEq(7.0 / 6), 0, 0));
  EXPECT_THAT(values.denominator, testing::ElementsAre(1, 0, 1));
}

}  // namespace
}  // namespace lerl
