#pragma once
// ValidationRecord: which point of the learning curve is the best of a run so far. By it the
// trainer stops early (train.patience) and chooses the checkpoint that is the run's result
// (train.keep). Points are judged by the mean R_cum of validation users. The first point, before
// any iteration, is one of them.

#include <cstdint>

namespace lerl {

struct ValidationRecord {
  int64_t best_iteration = -1;  // -1: no point so far
  double best = 0;              // its mean R_cum
  int64_t since_best = 0;       // points after it, none of which was better

  // Takes the point of an iteration. A point is better than the best if its R_cum is higher by more
  // than 0; of equal ones the earlier stays.
  void Take(int64_t iteration, double reward);
  // Whether as many points in a row as `patience` says did not better the best; never with 0.
  bool OutOf(int64_t patience) const { return patience > 0 && since_best >= patience; }
};

}  // namespace lerl
