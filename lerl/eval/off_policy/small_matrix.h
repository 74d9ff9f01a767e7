#pragma once
// Dense symmetric matrices of a few hundred rows, in double.

#include <cstdint>
#include <span>
#include <vector>

namespace lerl {

// A symmetric positive definite matrix, factored once (Cholesky).
class FactoredMatrix {
 public:
  // `matrix` [D, D], of which the lower triangle is read. Throws Error(kUnusable) where it is not
  // positive definite in double.
  explicit FactoredMatrix(std::vector<double> matrix, int64_t width);

  // The solution x [D] of M x = b.
  std::vector<double> Solve(std::span<const double> b) const;

 private:
  size_t width_;
  std::vector<double> factor_;  // L [D, D], M = L L^T
};

// The Moore-Penrose pseudo-inverse [D, D] of a symmetric matrix [D, D], by Jacobi's rotations
// (Golub and Van Loan, Matrix Computations, 8.5). Eigenvalues below 1e-10 of the largest are 0.
std::vector<double> PseudoInverse(std::vector<double> matrix, int64_t width);

}  // namespace lerl
