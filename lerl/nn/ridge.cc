#include "lerl/nn/ridge.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

bool AllFinite(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

// The lower Cholesky factor of a symmetric positive definite matrix whose lower triangle is `m`.
std::vector<double> Cholesky(std::vector<double> m, size_t width) {
  for (size_t i = 0; i < width; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double sum = m[i * width + j];
      for (size_t k = 0; k < j; ++k) sum -= m[i * width + k] * m[j * width + k];
      if (i == j) {
        LERL_CHECK(sum > 0);
        m[i * width + i] = std::sqrt(sum);
      } else {
        m[i * width + j] = sum / m[j * width + j];
      }
    }
  }
  return m;
}

// Solves L y = x and writes y into x.
void SolveLower(const std::vector<double>& factor, std::vector<double>& x) {
  const size_t width = x.size();
  for (size_t i = 0; i < width; ++i) {
    for (size_t k = 0; k < i; ++k) x[i] -= factor[i * width + k] * x[k];
    x[i] /= factor[i * width + i];
  }
}

// Solves L^T y = x and writes y into x.
void SolveUpper(const std::vector<double>& factor, std::vector<double>& x) {
  const size_t width = x.size();
  for (size_t i = width; i-- > 0;) {
    for (size_t k = i + 1; k < width; ++k) x[i] -= factor[k * width + i] * x[k];
    x[i] /= factor[i * width + i];
  }
}

}  // namespace

Ridge::Ridge(int64_t width, double l2, std::vector<double> start)
    : width_(At(width)),
      l2_(l2),
      start_(start.empty() ? std::vector<double>(width_, 0) : std::move(start)),
      a_(width_ * width_, 0),
      b_(width_, 0) {
  LERL_CHECK_EQ(start_.size(), width_);
  Solve();
}

void Ridge::Add(std::span<const double> x, double y, double weight) {
  for (size_t i = 0; i < width_; ++i) {
    if (x[i] == 0) continue;
    const double scaled = weight * x[i];
    for (size_t j = 0; j <= i; ++j) a_[i * width_ + j] += scaled * x[j];
    b_[i] += scaled * y;
  }
  squares_ += weight * y * y;
  weight_ += weight;
}

void Ridge::Forget(double keep) {
  for (double& value : a_) value *= keep;
  for (double& value : b_) value *= keep;
  squares_ *= keep;
  weight_ *= keep;
}

void Ridge::Solve(const std::string& whose) {
  const auto require = [&whose](bool finite, const char* what) {
    if (!finite) throw Error(ErrorKind::kUnusable, whose + " diverged: " + what + " not finite");
  };
  require(AllFinite(a_) && AllFinite(b_) && std::isfinite(squares_) && std::isfinite(weight_),
          "the sums of its ridge regression are");
  // 1. L.
  std::vector<double> m = a_;
  for (size_t i = 0; i < width_; ++i) m[i * width_ + i] += l2_;
  factor_ = Cholesky(std::move(m), width_);
  const auto times_a = [this](const std::vector<double>& x) {
    std::vector<double> product(width_, 0);
    for (size_t i = 0; i < width_; ++i) {
      for (size_t j = 0; j < width_; ++j)
        product[i] += a_[std::max(i, j) * width_ + std::min(i, j)] * x[j];
    }
    return product;
  };
  // 2. beta = beta_0 + M^-1 (b - A beta_0).
  mean_ = times_a(start_);
  for (size_t i = 0; i < width_; ++i) mean_[i] = b_[i] - mean_[i];
  SolveLower(factor_, mean_);
  SolveUpper(factor_, mean_);
  for (size_t i = 0; i < width_; ++i) mean_[i] += start_[i];
  require(AllFinite(mean_), "the solution of its ridge regression is");
  // 3. sigma, from sum_n w_n (y_n - x_n . beta)^2 = sum_n w_n y_n^2 + beta . (A beta - 2 b).
  const std::vector<double> fitted = times_a(mean_);
  double residual = squares_;
  for (size_t i = 0; i < width_; ++i) residual += mean_[i] * (fitted[i] - 2 * b_[i]);
  sigma_ = weight_ > 0 ? std::sqrt(std::max(residual, 0.0) / weight_) : 0;
}

double Ridge::Predict(std::span<const double> x) const {
  return std::inner_product(x.begin(), x.end(), mean_.begin(), 0.0);
}

std::vector<double> Ridge::Inverse() const {
  std::vector<double> inverse;
  for (size_t i = 0; i < width_; ++i) {
    std::vector<double> row(width_, 0);
    row[i] = 1;
    SolveLower(factor_, row);
    SolveUpper(factor_, row);
    inverse.insert(inverse.end(), row.begin(), row.end());
  }
  return inverse;
}

std::vector<double> Ridge::Draw(double scale, Rng& rng) const {
  std::vector<double> drawn(width_);
  for (double& value : drawn) value = rng.Normal();
  SolveUpper(factor_, drawn);
  for (size_t i = 0; i < width_; ++i) drawn[i] = mean_[i] + scale * sigma_ * drawn[i];
  return drawn;
}

void Ridge::Save(TensorFile& file, const std::string& name) const {
  const auto width = static_cast<int64_t>(width_);
  file.arrays[name + "/a"] = Array::Of<double>({width, width}, a_.data());
  file.arrays[name + "/b"] = Array::Of(b_);
  file.arrays[name + "/sums"] = Array::Of(std::vector<double>{squares_, weight_});
}

void Ridge::Load(const TensorFile& file, const std::string& name) {
  const auto width = std::ssize(b_);
  a_ = ReadValues<double>(file.arrays, name + "/a", {width, width});
  b_ = ReadValues<double>(file.arrays, name + "/b", {width});
  const std::vector<double> sums = ReadValues<double>(file.arrays, name + "/sums", {2}, {0});
  squares_ = sums[0];
  weight_ = sums[1];
  Solve();
}

}  // namespace lerl
