#pragma once
// Confidence sequences: intervals all of which hold at once, so that a figure may be looked at
// after each observation, and an experiment stopped when it is clear. An interval for one time
// (Student's, Welch's) that is looked at again and again misses the truth at some look far more
// often than it says.
//
//   mean_t -+ sigma_t sqrt( 2 (t rho^2 + 1) / (t rho)^2  log( sqrt(t rho^2 + 1) / alpha ) )   (1)
//   rho^2 = (-2 log alpha + log(-2 log alpha + 1)) / t*                                       (2)
//
//   t         observations so far
//   sigma_t   their standard deviation, of the variance that is divided by t
//   alpha     probability that the truth is ever outside
//   t*        observations at which (1) is narrowest for its alpha: 1.55 times the interval of a
//             fixed time. Against the best t* it is 1.3 times as wide at a tenth of t*, three
//             times at a hundredth, and 1.2 times at a hundred times t*
//
// The difference of two policies between which users are split by chance is the mean over users of
//
//   Y_i = (R_i - m) ( 1[A_i = challenger] / p - 1[A_i = champion] / (1 - p) )                 (3)
//
//   A_i, R_i   the policy of user i, and what came of it
//   p          share of the challenger in the users of both
// Since the split is by chance, Y_i has the difference as its expectation whatever the number m is,
// and varies least for m = (1 - p) mean_challenger + p mean_champion. With the means so far the
// mean of Y is the difference of these means, and its variance
//
//   sigma_t^2 = ( n_1 V_1 / p^2 + n_0 V_0 / (1 - p)^2 ) / t                                   (4)
//
//   n, V      users of the challenger (1) and of the champion (0), variance of their R
//
// What is approximate: (1) is as the central limit theorem is, right in the limit where the first
// look is late (from some 100 users of each on, for shares); and m is not known before, which
// errs by the order of 1 / t.
//
// Reference: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, Annals of Statistics 52(6)
// (arXiv 2103.06476): theorem 2.2 for (1), (2) as in its appendix on the choice of rho; (4) is its
// section on randomised experiments, without covariates.

#include <cstdint>

#include "lerl/eval/statistics.h"

namespace lerl {

// Sums over values, from which a value can be taken out again.
struct ValueSums {
  int64_t count = 0;
  double sum = 0, squares = 0;

  void Add(double value);
  void Remove(double value);
  double Mean() const;      // 0 of none
  double Variance() const;  // divided by the count; 0 of none
};

class ConfidenceSequence {
 public:
  // `alpha` in (0, 1), `narrow_at` (t*) above 0.
  explicit ConfidenceSequence(double narrow_at, double alpha = 0.05);

  // (1) of one value or more.
  Interval OfMean(const ValueSums& values) const;
  // (1) with (4), of challenger - champion, with p in (0, 1) and one value or more.
  Interval OfDifference(const ValueSums& challenger, const ValueSums& champion, double p) const;

 private:
  Interval About(double mean, double variance, int64_t count) const;

  double rho_squared_, alpha_;
};

}  // namespace lerl
