#include "lerl/agents/ridge.h"

#include <cmath>
#include <numeric>

#include "lerl/base/check.h"

namespace lerl {

Ridge::Ridge(int width, double l2)
    : width_(static_cast<size_t>(width)),
      a_(width_ * width_),
      b_(width_),
      theta_(width_),
      inverse_(width_ * width_) {
  for (size_t i = 0; i < width_; ++i) a_[i * width_ + i] = l2;
  Solve();
}

void Ridge::Add(std::span<const double> x, double y) {
  for (size_t i = 0; i < width_; ++i) {
    if (x[i] == 0) continue;
    double* row = a_.data() + i * width_;
    for (size_t j = 0; j < width_; ++j) row[j] += x[i] * x[j];
    b_[i] += y * x[i];
  }
}

void Ridge::Solve() {
  const size_t w = width_;
  // A = L L', then the columns of L^-1, then A^-1 = L^-T L^-1.
  std::vector<double> lower(w * w), left(w * w);
  for (size_t j = 0; j < w; ++j) {
    for (size_t i = j; i < w; ++i) {
      const double* row_i = lower.data() + i * w;
      const double* row_j = lower.data() + j * w;
      const double rest = a_[i * w + j] - std::inner_product(row_i, row_i + j, row_j, 0.0);
      if (i == j) LERL_CHECK(rest > 0);
      lower[i * w + j] = i == j ? std::sqrt(rest) : rest / lower[j * w + j];
    }
  }
  for (size_t c = 0; c < w; ++c) {
    for (size_t i = c; i < w; ++i) {
      double sum = i == c ? 1 : 0;
      for (size_t k = c; k < i; ++k) sum -= lower[i * w + k] * left[k * w + c];
      left[i * w + c] = sum / lower[i * w + i];
    }
  }
  for (size_t i = 0; i < w; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double sum = 0;
      for (size_t k = i; k < w; ++k) sum += left[k * w + i] * left[k * w + j];
      inverse_[i * w + j] = inverse_[j * w + i] = sum;
    }
  }
  for (size_t i = 0; i < w; ++i)
    theta_[i] = std::inner_product(b_.begin(), b_.end(),
                                   inverse_.begin() + static_cast<std::ptrdiff_t>(i * w), 0.0);
}

double Ridge::Predict(std::span<const double> x) const {
  return std::inner_product(x.begin(), x.end(), theta_.begin(), 0.0);
}

void Ridge::Save(const std::string& prefix, Arrays& arrays) const {
  arrays[prefix + "a"] = Array::Of(a_);
  arrays[prefix + "b"] = Array::Of(b_);
}

void Ridge::Load(const std::string& prefix, const TensorFile& file) {
  const std::vector<double> a = file.at(prefix + "a").Values<double>();
  if (a.size() != a_.size())
    throw Error(ErrorKind::kCheckpoint,
                prefix + "a: the checkpoint was made with another number of factors");
  a_ = a;
  b_ = file.at(prefix + "b").Values<double>();
  Solve();
}

}  // namespace lerl
