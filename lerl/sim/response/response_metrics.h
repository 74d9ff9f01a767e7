#pragma once
// How good predicted probabilities are. Row n has the probability p_n and the target y_n, 0 or 1:
//
//   AUC = share of pairs (n, m) with y_n = 1, y_m = 0 and p_n > p_m     ties count half
//   LL  = -mean_n [ y_n ln p_n + (1 - y_n) ln(1 - p_n) ]                log loss
//   ECE = sum_b (rows_b / rows) |predicted_b - observed_b|              expected calibration error
//
// where bin b of the reliability diagram holds the rows whose p_n falls into the b-th of equally
// wide intervals of [0, 1], predicted_b is their mean p_n, and observed_b their mean y_n.

#include <cstdint>
#include <span>
#include <vector>

namespace lerl {

// AUC, in [0, 1]; NaN when all targets are the same.
double AreaUnderCurve(std::span<const float> probabilities, std::span<const uint8_t> targets);

// LL, with probabilities kept 1e-7 away from 0 and 1; NaN without a row.
double LogLoss(std::span<const float> probabilities, std::span<const uint8_t> targets);

struct ReliabilityBin {
  int64_t rows = 0;
  double predicted = 0;  // mean probability; 0 without a row
  double observed = 0;   // share of targets that are 1; 0 without a row
};

// The reliability diagram, with `bins` intervals.
std::vector<ReliabilityBin> Reliability(std::span<const float> probabilities,
                                        std::span<const uint8_t> targets, int bins);

// ECE; NaN without a row.
double CalibrationError(std::span<const ReliabilityBin> bins);

}  // namespace lerl
