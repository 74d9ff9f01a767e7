#pragma once
// RatioSum: the form that estimators from a log share, and their intervals.
//
//   theta = sum_j  N_j / D_j,     N_j = sum_u n_uj,   D_j = sum_u d_uj                         (1)
//
//   u         unit: a user, session or decision; units are independent of each other
//   n, d      what a unit adds to part j. A mean over decisions has their number as d; a
//             self-normalised estimate the weights. A part whose D_j is 0 adds nothing
//
// Intervals of probability 1 - alpha:
//
//   bootstrap            the alpha / 2 and 1 - alpha / 2 percentiles of (1) over resamples of the
//                        units, drawn with replacement (Efron and Tibshirani 1993)
//   Hoeffding            mean -+ (b - a) sqrt(ln(2 / alpha) / 2U)                              (2)
//   empirical Bernstein  mean -+ ( sqrt(2 V ln(4 / alpha) / U)
//                                  + 7 (b - a) ln(4 / alpha) / 3(U - 1) )                      (3)
//
//   U, V      number of units and unbiased variance of what they add to the mean
//   [a, b]    where what a unit adds must lie, whatever was logged
//
// (2) and (3) hold for every number of units, but only for the mean of terms with known bounds: not
// for self-normalised estimates and not for estimates of a model. References: Hoeffding 1963;
// Maurer and Pontil 2009 (arXiv 0907.3740), theorem 4, of which (3) takes both sides.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/eval/statistics.h"

namespace lerl {

// Axes: U units, J parts.
struct RatioSum {
  RatioSum(int64_t units, int64_t parts)
      : parts(parts), numerator(At(units * parts), 0), denominator(At(units * parts), 0) {}
  void Add(int64_t unit, int64_t part, double n, double d) {
    numerator[At(unit * parts + part)] += n;
    denominator[At(unit * parts + part)] += d;
  }
  int64_t units() const { return std::ssize(numerator) / parts; }

  int64_t parts;
  std::vector<double> numerator, denominator;  // [U, J]
};

// (1), where unit u counts counts[u] times; once without counts.
double Estimate(const RatioSum& sum, std::span<const double> counts = {});

// An estimate as a function of how often each unit counts.
using EstimateOfCounts = std::function<double(std::span<const double> counts)>;

inline constexpr int kOffPolicyResamples = 1000;

// [E][resamples]: each estimate in each resample. A resample draws once for all of them, so that
// their differences are paired.
std::vector<std::vector<double>> Resample(const std::vector<EstimateOfCounts>& estimates,
                                          int64_t units, int resamples, uint64_t seed = 0);

// The percentiles of resamples, around an estimate: the ordered values at (B + 1) p, so that of few
// resamples B, too, a share p is expected below (Hyndman and Fan 1996, definition 6).
Interval PercentileInterval(double estimate, std::vector<double> resampled, double alpha = 0.05);

// (2) and (3) of the values of units, each of which lies in [low, high]. (3) needs two or more.
Interval HoeffdingInterval(std::span<const double> values, double low, double high,
                           double alpha = 0.05);
Interval EmpiricalBernsteinInterval(std::span<const double> values, double low, double high,
                                    double alpha = 0.05);

// What each unit adds to the mean that a sum of one part is: U n_u / D.
std::vector<double> UnitValues(const RatioSum& sum);

}  // namespace lerl
