#include "lerl/eval/off_policy/small_matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;
using testing::Pointwise;

// [4 2; 2 3] x = [8; 7] has the solution (1.25, 1.5).
TEST(SmallMatrix, SolvesASystem) {
  const FactoredMatrix matrix({4, 2, 2, 3}, 2);
  EXPECT_THAT(matrix.Solve(std::vector<double>{8, 7}), Pointwise(DoubleNear(1e-12), {1.25, 1.5}));
}

TEST(SmallMatrix, RefusesColumnsThatSayTheSame) {
  EXPECT_THAT(ErrorOf(ErrorKind::kUnusable,
                      [] {
                        FactoredMatrix({1, 1, 1, 1}, 2);
                      }),
              HasSubstr("can't be told apart"));
}

// Of the matrix of ones [2, 2], whose eigenvalues are 2 and 0, the pseudo-inverse is 1/4.
TEST(SmallMatrix, PseudoInverseLeavesTheNullSpaceOut) {
  EXPECT_THAT(PseudoInverse({1, 1, 1, 1}, 2), Pointwise(DoubleNear(1e-12), {.25, .25, .25, .25}));
  EXPECT_THAT(PseudoInverse({2, 0, 0, 4}, 2), Pointwise(DoubleNear(1e-12), {.5, 0., 0., .25}));
}

TEST(SmallMatrix, PseudoInverseHoldsMoorePenrosesFirstCondition) {
  const int64_t width = 4;
  std::vector<double> m(16, 0);  // a sum of two outer products, so that its rank is 2
  const std::vector<double> a = {1, 2, 0, -1}, b = {.5, 0, 3, 1};
  for (size_t i = 0; i < 4; ++i)
    for (size_t j = 0; j < 4; ++j) m[i * 4 + j] = a[i] * a[j] + b[i] * b[j];
  const std::vector<double> inverse = PseudoInverse(m, width);
  for (size_t i = 0; i < 4; ++i)
    for (size_t j = 0; j < 4; ++j) {
      double sum = 0;  // M M^+ M
      for (size_t k = 0; k < 4; ++k)
        for (size_t l = 0; l < 4; ++l) sum += m[i * 4 + k] * inverse[k * 4 + l] * m[l * 4 + j];
      EXPECT_NEAR(sum, m[i * 4 + j], 1e-10);
    }
}

}  // namespace
}  // namespace lerl
