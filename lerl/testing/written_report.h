#pragma once
// For tests: a report of the shape of a real comparison, made of generated sessions of 11 policies
// x 3 seeds.

#include "lerl/eval/report/report_input.h"

namespace lerl {

// The report of the first `policies` of the 11. Strings of its data hold markup, quotes and letters
// beyond ASCII.
ReportInput SampleReport(int policies = 11);

}  // namespace lerl
