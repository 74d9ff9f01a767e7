#include "lerl/nn/ridge.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lerl/base/error.h"

namespace lerl {
namespace {

TEST(Ridge, IsTheHandComputedSolution) {
  // Rows (1, 0) -> 2 with weight 3 and (1, 1) -> 4 with weight 1; l2 = 1, start (0, 1).
  // M = [[5, 1], [1, 2]], b - A start = (10 - 1, 4 - 1): beta - start = (9 2 - 3, 5 3 - 9) / 9.
  Ridge ridge(2, 1, {0, 1});
  ridge.Add(std::vector<double>{1, 0}, 2, 3);
  ridge.Add(std::vector<double>{1, 1}, 4, 1);
  ridge.Solve();
  EXPECT_NEAR(ridge.mean()[0], 15.0 / 9, 1e-12);
  EXPECT_NEAR(ridge.mean()[1], 1 + 6.0 / 9, 1e-12);
  EXPECT_NEAR(ridge.Predict(std::vector<double>{2, 1}), 30.0 / 9 + 15.0 / 9, 1e-12);
  const double first = 2 - 15.0 / 9, second = 4 - 30.0 / 9;
  EXPECT_NEAR(ridge.sigma(), std::sqrt((3 * first * first + second * second) / 4), 1e-12);
}

TEST(Ridge, SaysWhoseSumsAreNotFinite) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  const auto message = [](double x, double y, double weight) -> std::string {
    Ridge ridge(2, 1);
    ridge.Add(std::vector<double>{1, x}, y, weight);
    try {
      ridge.Solve("the head");
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUnusable);
      return error.what();
    }
    return "";
  };
  const std::string sums = "the head diverged: the sums of its ridge regression are not finite";
  EXPECT_EQ(message(0, nan, 1), sums);
  EXPECT_EQ(message(nan, 1, 1), sums);
  EXPECT_EQ(message(1, 1, infinite), sums);
  EXPECT_EQ(message(1, 1, 1), "");
}

TEST(Ridge, StaysAtItsStartWithoutRows) {
  const Ridge ridge(3, 2, {1, -1, 0.5});
  for (size_t i = 0; i < 3; ++i)
    EXPECT_DOUBLE_EQ(ridge.mean()[i], (std::vector<double>{1, -1, 0.5}[i]));
}

TEST(Ridge, DrawsSpreadAsThePosterior) {
  Ridge ridge(2, 1, {0, 0});
  Rng rng(1, "rows");
  for (int n = 0; n < 200; ++n) {
    const std::vector<double> x = {1, rng.Normal()};
    ridge.Add(x, x[1] + rng.Normal(), 1);
  }
  ridge.Solve();
  double sum = 0, squares = 0;
  for (int n = 0; n < 4000; ++n) {
    const double slope = ridge.Draw(2, rng)[1] - ridge.mean()[1];
    sum += slope;
    squares += slope * slope;
  }
  EXPECT_NEAR(sum / 4000, 0, 0.01);
  EXPECT_NEAR(std::sqrt(squares / 4000), 2 * ridge.sigma() / std::sqrt(200), 0.02);
}

TEST(Ridge, ForgettingCountsTheOldLess) {
  Ridge ridge(1, 1e-6, {0});
  ridge.Add(std::vector<double>{1}, 0, 1);
  ridge.Forget(0.25);
  ridge.Add(std::vector<double>{1}, 1, 1);
  ridge.Solve();
  EXPECT_NEAR(ridge.mean()[0], 0.8, 1e-5);
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
  const std::vector<double> inverse = ridge.Inverse();
  for (size_t i = 0; i < kWidth; ++i) {
    for (size_t j = 0; j < kWidth; ++j) {
      double sum = 0;
      for (size_t k = 0; k < kWidth; ++k) sum += a[i * kWidth + k] * inverse[k * kWidth + j];
      EXPECT_NEAR(sum, i == j ? 1 : 0, 1e-9);
    }
  }
}

TEST(Ridge, SaveAndLoadGiveTheSameBytes) {
  Ridge ridge(2, 1, {0, 1});
  ridge.Add(std::vector<double>{1, 0.3}, 2, 3);
  ridge.Solve();
  TensorFile file;
  ridge.Save(file, "head");
  Ridge loaded(2, 1, {0, 1});
  loaded.Load(file, "head");
  EXPECT_EQ(loaded.mean()[0], ridge.mean()[0]);
  EXPECT_EQ(loaded.sigma(), ridge.sigma());
  Ridge narrow(1, 1);
  EXPECT_THROW(narrow.Load(file, "head"), Error);
}

}  // namespace
}  // namespace lerl
