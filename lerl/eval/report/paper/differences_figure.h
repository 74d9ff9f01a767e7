#pragma once
// A forest plot of the paired differences in the claimed metric: a group for each reference, a line
// for each row of its leave rule.
//
//   dot          the difference, row less reference; full where a test told the two apart: blue
//                better, red worse
//   thick line   its 95% interval
//   thin line    its simultaneous interval (eval/significance.h)
//   word         the verdict

#include "lerl/eval/report/paper/gnuplot.h"
#include "lerl/eval/report/report_input.h"

namespace lerl {

// Throws Error(kConfig) where no row is held against a reference.
Drawing DifferencesFigure(const ReportInput& input);

}  // namespace lerl
