#pragma once
// The tables of a study in LaTeX, for a document with \usepackage{booktabs}: the claims with their
// verdicts, and the rows with their figures. The captions say what the columns are.

#include <string>

#include "lerl/study/study_outcome.h"

namespace lerl {

// A whole file that \input takes.
std::string StudyLatex(const StudyPlan& plan, const StudyOutcome& outcome);

}  // namespace lerl
