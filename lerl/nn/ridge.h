#pragma once
// Ridge: weighted linear regression towards a start, kept as sums, so that rows come in any
// number of portions and cost no memory. It is Bayesian linear regression with known noise:
//
//   minimise  sum_n w_n (y_n - x_n . beta)^2 + l2 |beta - beta_0|^2
//   M = A + l2 I,  A = sum w x x',  M (beta - beta_0) = b - A beta_0,  b = sum w y x
//   draw      beta + scale sigma M^-1/2 z,  z ~ N(0, I);  sigma^2 = weighted mean squared residual
//
// Reference: Bishop, Pattern Recognition and Machine Learning (2006), 3.3; drawing in place of the
// mean is Thompson sampling (Agrawal and Goyal, ICML 2013, arXiv 1209.3352). Sums are in double, in
// the order of the rows: same rows, same bytes.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/base/tensor_file.h"

namespace lerl {

class Ridge {
 public:
  // D = width, l2 > 0; beta_0 is 0 where no start is given.
  Ridge(int64_t width, double l2, std::vector<double> start = {});

  void Add(std::span<const double> x, double y, double weight = 1);
  // Everything learned so far counts `keep` times as much.
  void Forget(double keep);
  // After Add and Forget, before the mean is asked for.
  void Solve();

  std::span<const double> mean() const { return mean_; }  // beta [D]
  double sigma() const { return sigma_; }
  double rows() const { return weight_; }           // sum of weights
  double Predict(std::span<const double> x) const;  // beta . x
  std::vector<double> Draw(double scale, Rng& rng) const;
  std::vector<double> Inverse() const;  // M^-1 [D, D]

  void Save(TensorFile& file, const std::string& name) const;
  // And solves. Throws Error(kCheckpoint) where the saved one has another width.
  void Load(const TensorFile& file, const std::string& name);

 private:
  const size_t width_;
  const double l2_;
  const std::vector<double> start_;
  std::vector<double> a_;  // [D, D], lower triangle
  std::vector<double> b_;
  double squares_ = 0, weight_ = 0;
  std::vector<double> mean_, factor_;  // factor_ [D, D]: lower Cholesky factor of M
  double sigma_ = 0;
};

}  // namespace lerl
