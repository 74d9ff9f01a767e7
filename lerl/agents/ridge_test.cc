#include "lerl/agents/ridge.h"

#include <gtest/gtest.h>

#include "lerl/base/rng.h"

namespace lerl {
namespace {

// l2 = 1; rows (1, 0) -> 2 and (1, 1) -> 3: A = [[3, 1], [1, 2]], b = (5, 3),
// A^-1 = [[2, -1], [-1, 3]] / 5, theta = (7, 4) / 5.
TEST(Ridge, IsWhatOneComputesByHand) {
  Ridge ridge(2, 1);
  ridge.Add(std::vector<double>{1, 0}, 2);
  ridge.Add(std::vector<double>{1, 1}, 3);
  ridge.Solve();
  EXPECT_NEAR(ridge.theta()[0], 1.4, 1e-12);
  EXPECT_NEAR(ridge.theta()[1], 0.8, 1e-12);
  EXPECT_NEAR(ridge.inverse()[0], 0.4, 1e-12);
  EXPECT_NEAR(ridge.inverse()[1], -0.2, 1e-12);
  EXPECT_NEAR(ridge.inverse()[2], -0.2, 1e-12);
  EXPECT_NEAR(ridge.inverse()[3], 0.6, 1e-12);
  EXPECT_NEAR(ridge.Predict(std::vector<double>{2, 1}), 3.6, 1e-12);
}

TEST(Ridge, ItsInverseTimesItsMatrixIsTheIdentity) {
  constexpr int kWidth = 9;
  Ridge ridge(kWidth, 0.5);
  std::vector<double> a(kWidth * kWidth);
  for (size_t i = 0; i < kWidth; ++i) a[i * kWidth + i] = 0.5;
  Rng rng(3);
  for (int n = 0; n < 40; ++n) {
    std::vector<double> x(kWidth);
    for (double& value : x) value = rng.Normal();
    ridge.Add(x, rng.Normal());
    for (size_t i = 0; i < kWidth; ++i)
      for (size_t j = 0; j < kWidth; ++j) a[i * kWidth + j] += x[i] * x[j];
  }
  ridge.Solve();
  for (size_t i = 0; i < kWidth; ++i) {
    for (size_t j = 0; j < kWidth; ++j) {
      double sum = 0;
      for (size_t k = 0; k < kWidth; ++k)
        sum += a[i * kWidth + k] * ridge.inverse()[k * kWidth + j];
      EXPECT_NEAR(sum, i == j ? 1 : 0, 1e-9);
    }
  }
}

TEST(Ridge, GoesOnFromWhatItSaved) {
  Ridge ridge(2, 1), other(2, 7);
  ridge.Add(std::vector<double>{1, 2}, 1);
  ridge.Solve();
  TensorFile file;
  ridge.Save("r.", file.arrays);
  other.Load("r.", file);
  for (Ridge* each : {&ridge, &other}) {
    each->Add(std::vector<double>{0.3, -1}, 2);
    each->Solve();
  }
  EXPECT_EQ(ridge.theta()[0], other.theta()[0]);
  EXPECT_EQ(ridge.theta()[1], other.theta()[1]);
  Ridge narrow(1, 1);
  EXPECT_THROW(narrow.Load("r.", file), Error);
}

}  // namespace
}  // namespace lerl
