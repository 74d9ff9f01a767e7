#pragma once
// For tests: a report of the shape of a real comparison (11 policies x 3 seeds), from generated
// sessions.

#include "lerl/eval/report/report_input.h"

namespace lerl {

// `policies` of the 11; strings of the data hold markup, quotes and letters beyond ASCII.
ReportInput SampleReport(int policies = 11);

}  // namespace lerl
