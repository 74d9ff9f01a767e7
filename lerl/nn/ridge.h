#pragma once
// Ridge: weighted linear regression towards a start. It keeps sums, so that rows may come in any
// number of portions and cost no memory.
//
//   beta = argmin  sum_n w_n (y_n - x_n . beta)^2 + l2 |beta - beta_0|^2
//
// which is the solution of
//
//   M (beta - beta_0) = b - A beta_0
//   A = sum_n w_n x_n x_n^T
//   b = sum_n w_n y_n x_n
//   M = A + l2 I
//
//   x_n, y_n, w_n   features [D], target and weight of row n
//   beta_0          the start, to which the penalty l2 pulls
//
// Read as Bayesian linear regression with known noise, beta is the posterior mean. A draw from a
// posterior that is `scale` times as wide is
//
//   beta + scale sigma L^-T z
//
//   z ~ N(0, I)
//   L         lower Cholesky factor, M = L L^T
//   sigma^2   = sum_n w_n (y_n - x_n . beta)^2 / sum_n w_n
//
// References: Bishop, Pattern Recognition and Machine Learning (2006), 3.3. Using a draw in place
// of the mean is Thompson sampling (Agrawal and Goyal, ICML 2013, arXiv 1209.3352).
// Sums are in double and in the order of the rows, so the same rows give the same bytes.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/base/tensor_file.h"

namespace lerl {

class Ridge {
 public:
  // D = width; l2 must be above 0. Without a start beta_0 is 0.
  Ridge(int64_t width, double l2, std::vector<double> start = {});

  void Add(std::span<const double> x, double y, double weight = 1);
  // Multiplies the weights of all rows so far by `keep`.
  void Forget(double keep);
  // Computes beta, sigma and L. Must be called after Add and Forget, before any of these is used.
  // Throws Error(kUnusable), which begins with `whose` ("planner 'learned'"), where the sums of the
  // rows or the solution are not finite.
  void Solve(const std::string& whose = "ridge regression");

  std::span<const double> mean() const { return mean_; }  // beta [D]
  double sigma() const { return sigma_; }
  double rows() const { return weight_; }                  // sum_n w_n
  double Predict(std::span<const double> x) const;         // beta . x
  std::vector<double> Draw(double scale, Rng& rng) const;  // [D]
  std::vector<double> Inverse() const;                     // M^-1 [D, D]

  void Save(TensorFile& file, const std::string& name) const;
  // Loads the sums and solves. Throws Error(kCheckpoint) when they were saved with another width.
  void Load(const TensorFile& file, const std::string& name);

 private:
  const size_t width_;
  const double l2_;
  const std::vector<double> start_;
  std::vector<double> a_;              // A [D, D], lower triangle
  std::vector<double> b_;              // b [D]
  double squares_ = 0, weight_ = 0;    // sum_n w_n y_n^2, sum_n w_n
  std::vector<double> mean_, factor_;  // beta [D], L [D, D]
  double sigma_ = 0;
};

}  // namespace lerl
