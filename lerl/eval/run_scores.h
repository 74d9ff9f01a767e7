#pragma once
// Aggregates over runs and tasks by the definitions of the library rliable (R. Agarwal et al.,
// "Deep reinforcement learning at the edge of the statistical precipice", NeurIPS 2021, arXiv
// 2108.13264). Here a run is a seed and a task is a held-out user.
//
//   IQM           mean of the R T scores without the lowest and the highest floor(R T / 4)
//   P(X > Y)      mean over tasks of (1 / (R_x R_y)) sum_ij [x_i > y_j] + [x_i = y_j] / 2,
//                 the Mann-Whitney U of a task over its number of pairs
//
// Intervals are 95% percentiles of the stratified bootstrap: each task draws R of its own runs with
// replacement, by itself, and the two policies of P(X > Y) draw apart. So they say how much the
// figure would move with other seeds for these very users, as if users met seeds of their own.
// They are no crossed intervals (eval/statistics.h): users count as fixed, and a seed that is bad
// for everybody counts as many. No verdict rests on them.

#include <cstdint>
#include <span>

#include "lerl/eval/statistics.h"

namespace lerl {

// Scores of a policy: values [R, T], of R runs and T tasks, both at least 1.
struct RunScores {
  int64_t runs = 0, tasks = 0;
  std::span<const double> values{};
};

// The cells of a table as scores, which must be those of sessions; a view.
RunScores ScoresOf(const CrossedTable& table);

double InterquartileMean(const RunScores& scores);

// P(X > Y), in [0, 1]. Both have the same tasks; numbers of runs may differ.
double ProbabilityOfImprovement(const RunScores& x, const RunScores& y);

// The same with their intervals, which are functions of the scores alone.
Interval InterquartileMeanInterval(const RunScores& scores);
Interval ProbabilityOfImprovementInterval(const RunScores& x, const RunScores& y);

}  // namespace lerl
