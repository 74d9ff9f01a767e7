#pragma once
// How good predicted probabilities are: area under the ROC curve, log loss, calibration.

#include <cstdint>
#include <span>
#include <vector>

namespace lerl {

// Share of (positive, negative) pairs that are in the right order, ties half: [0, 1]; NaN when one
// kind is missing.
double AreaUnderCurve(std::span<const float> probabilities, std::span<const uint8_t> targets);

// Mean of -log p(target), probabilities kept 1e-7 away from 0 and 1. NaN without a row.
double LogLoss(std::span<const float> probabilities, std::span<const uint8_t> targets);

struct ReliabilityBin {
  int64_t rows = 0;
  double predicted = 0;  // mean probability
  double observed = 0;   // share of positives
};

// `bins` bins of equal width over [0, 1].
std::vector<ReliabilityBin> Reliability(std::span<const float> probabilities,
                                        std::span<const uint8_t> targets, int bins);

// Expected calibration error: mean of |predicted - observed| over the bins, weighted by rows.
double CalibrationError(std::span<const ReliabilityBin> bins);

}  // namespace lerl
