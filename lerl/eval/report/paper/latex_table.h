#pragma once
// The table of a comparison in LaTeX, for a document with \usepackage{booktabs}: a row for each
// policy, its main figures and the metrics that the comparison names with 95% intervals, and its
// differences in the claimed metric against each reference with simultaneous intervals
// (eval/significance.h) and the mark of the verdict. The caption says what the marks mean.

#include <string>
#include <string_view>

#include "lerl/eval/report/report_input.h"

namespace lerl {

// Text of others as LaTeX shows it: no character of it is a command, and none ends a line. Letters
// beyond ASCII stay, of which pdfLaTeX knows the Latin ones, LuaLaTeX and XeLaTeX all of the font.
std::string LatexText(std::string_view text);

// A whole file that \input takes.
std::string LatexTable(const ReportInput& input);

}  // namespace lerl
