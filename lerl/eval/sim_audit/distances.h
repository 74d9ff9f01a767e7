#pragma once
// Distances between two samples x [n] and y [m], with empirical distribution functions F and G:
//
//   KS    = max_t |F(t) - G(t)|              Kolmogorov-Smirnov, in [0, 1]
//   W1    = integral |F(t) - G(t)| dt        Wasserstein-1, in the unit of the values
//   TV    = 1/2 sum_k |p_k - q_k|            total variation of the shares of whole numbers k >= 0
//   JS    = H((p + q) / 2) - (H(p) + H(q)) / 2   Jensen-Shannon divergence in bits, in [0, 1]
//
// All are NaN where a sample is empty.

#include <vector>

namespace lerl {

double KolmogorovSmirnov(std::vector<double> x, std::vector<double> y);
double Wasserstein(std::vector<double> x, std::vector<double> y);
// Of values that are whole numbers from 0 on.
double TotalVariation(const std::vector<double>& x, const std::vector<double>& y);
double JensenShannon(const std::vector<double>& x, const std::vector<double>& y);

}  // namespace lerl
