#pragma once
// A figure of the learning curves: each policy's mean over its seeds on validation users, with a
// band where there are several seeds, the 95% interval
//
//   mean +- t sd / sqrt(S)      t: .975 quantile of Student's t at S - 1 degrees
//
//   sd, S    standard deviation over the seeds, and their number
//
// It speaks of seeds alone: the validation users are the same under each. Bands are cut where the
// curves of single seeds end, so that two seeds, whose interval is wide, leave a figure.

#include <string>
#include <vector>

#include "lerl/eval/report/paper/gnuplot.h"
#include "lerl/eval/report/report_input.h"

namespace lerl {

struct CurveSummary {
  struct Point {
    double user_steps = 0;  // mean over seeds
    Interval value{};       // of one seed: without width
  };
  std::string policy{};
  int64_t seeds = 0;
  std::vector<Point> points{};  // as far as the curves of all seeds go
};

// One for each policy with points, in the order of the curves. `value` is a figure of a point.
std::vector<CurveSummary> SummariseCurves(const std::vector<LearningCurve>& curves,
                                          double CurvePoint::*value);

// The claimed metric where it is T_int, else R_cum. Throws Error(kConfig) where no row learns.
Drawing CurvesFigure(const ReportInput& input);

}  // namespace lerl
