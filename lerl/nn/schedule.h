#pragma once
// A schedule: how a number that starts at x_0, such as a learning rate, changes over a run.
//
//   constant   x(p) = x_0
//   linear     x(p) = x_0 (1 - p + p e)
//
//   p   progress of the run in [0, 1]: the share of its iterations that are done
//   e   the end fraction: x(1) = e x_0
//
// An iteration has the progress before it, so that the last of N stands at p = (N - 1) / N and has
// not quite reached the end. This is how the annealing of Baselines and CleanRL counts, where e = 0
// would otherwise leave the last iteration without a step.

#include <string>

#include "lerl/base/field_visitor.h"

namespace lerl {

enum class ScheduleKind { kConstant, kLinear };

struct Schedule {
  ScheduleKind kind = ScheduleKind::kConstant;
  double end_fraction = 0;  // e; a constant schedule does not read it

  // x(p) of the number that starts at `start`. A progress outside [0, 1] fails a check.
  double At(double start, double progress) const;
};

// "constant" and "linear", the values of a setting that names a schedule.
const Names& ScheduleNames();
// The schedule of such a setting. Fails a check on a name that is none of them.
Schedule MakeSchedule(const std::string& name, double end_fraction);

}  // namespace lerl
