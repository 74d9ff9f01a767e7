#include "lerl/eval/off_policy/small_matrix.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

constexpr int kMostSweeps = 60;
constexpr double kZeroEigenvalue = 1e-10;  // of the largest

// One rotation that makes element (p, q) 0. `vectors` has the eigenvectors in its columns.
void Rotate(std::vector<double>& m, std::vector<double>& vectors, size_t width, size_t p,
            size_t q) {
  const double apart = m[p * width + q];
  if (apart == 0) return;
  const double theta = (m[q * width + q] - m[p * width + p]) / (2 * apart);
  const double t = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1), s = t * c;
  for (size_t k = 0; k < width; ++k) {
    const double kp = m[k * width + p], kq = m[k * width + q];
    m[k * width + p] = c * kp - s * kq;
    m[k * width + q] = s * kp + c * kq;
  }
  for (size_t k = 0; k < width; ++k) {
    const double pk = m[p * width + k], qk = m[q * width + k];
    m[p * width + k] = c * pk - s * qk;
    m[q * width + k] = s * pk + c * qk;
    const double vp = vectors[k * width + p], vq = vectors[k * width + q];
    vectors[k * width + p] = c * vp - s * vq;
    vectors[k * width + q] = s * vp + c * vq;
  }
}

double OffDiagonal(const std::vector<double>& m, size_t width) {
  double squares = 0;
  for (size_t i = 0; i < width; ++i)
    for (size_t j = 0; j < i; ++j) squares += m[i * width + j] * m[i * width + j];
  return squares;
}

}  // namespace

FactoredMatrix::FactoredMatrix(std::vector<double> matrix, int64_t width)
    : width_(At(width)), factor_(std::move(matrix)) {
  LERL_CHECK_EQ(factor_.size(), width_ * width_);
  for (size_t i = 0; i < width_; ++i)
    for (size_t j = 0; j <= i; ++j) {
      double sum = factor_[i * width_ + j];
      for (size_t k = 0; k < j; ++k) sum -= factor_[i * width_ + k] * factor_[j * width_ + k];
      if (i != j)
        factor_[i * width_ + j] = sum / factor_[j * width_ + j];
      else if (sum > 0 && std::isfinite(sum))
        factor_[i * width_ + i] = std::sqrt(sum);
      else
        throw Error(ErrorKind::kUnusable,
                    "off-policy evaluation: the model's columns can't be told apart; leave out "
                    "contexts that say the same, or give a larger l2");
    }
}

std::vector<double> FactoredMatrix::Solve(std::span<const double> b) const {
  LERL_CHECK_EQ(b.size(), width_);
  std::vector<double> x(b.begin(), b.end());
  for (size_t i = 0; i < width_; ++i) {
    for (size_t k = 0; k < i; ++k) x[i] -= factor_[i * width_ + k] * x[k];
    x[i] /= factor_[i * width_ + i];
  }
  for (size_t i = width_; i-- > 0;) {
    for (size_t k = i + 1; k < width_; ++k) x[i] -= factor_[k * width_ + i] * x[k];
    x[i] /= factor_[i * width_ + i];
  }
  return x;
}

std::vector<double> PseudoInverse(std::vector<double> matrix, int64_t width) {
  const size_t size = At(width);
  LERL_CHECK_EQ(matrix.size(), size * size);
  std::vector<double> vectors(size * size, 0);
  for (size_t i = 0; i < size; ++i) vectors[i * size + i] = 1;
  // 1. M = V diag(lambda) V^T.
  for (int sweep = 0; sweep < kMostSweeps && OffDiagonal(matrix, size) > 1e-26; ++sweep)
    for (size_t p = 0; p < size; ++p)
      for (size_t q = p + 1; q < size; ++q) Rotate(matrix, vectors, size, p, q);
  double largest = 0;
  for (size_t i = 0; i < size; ++i) largest = std::max(largest, std::abs(matrix[i * size + i]));
  // 2. M^+ = V diag(1 / lambda, or 0) V^T.
  std::vector<double> inverse(size * size, 0);
  for (size_t e = 0; e < size; ++e) {
    const double lambda = matrix[e * size + e];
    if (std::abs(lambda) <= kZeroEigenvalue * largest) continue;
    for (size_t i = 0; i < size; ++i)
      for (size_t j = 0; j < size; ++j)
        inverse[i * size + j] += vectors[i * size + e] * vectors[j * size + e] / lambda;
  }
  return inverse;
}

}  // namespace lerl
