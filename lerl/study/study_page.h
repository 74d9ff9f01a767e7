#pragma once
// The report of a study: the page of a comparison (eval/report) of its rows without failed cells,
// with the verdicts first, the claims as a forest plot of corrected intervals, and heat maps.

#include <filesystem>
#include <vector>

#include "lerl/eval/comparison_cells.h"
#include "lerl/eval/report/report_input.h"
#include "lerl/study/study_outcome.h"

namespace lerl {

// What stands first on the page. A heat map has the levels of the first factor as rows, and of the
// others, together, as columns; there is none of a single factor or one at a time.
StudySection SectionOf(const StudyPlan& plan, const StudyOutcome& outcome);

// Writes OUT/report.json and OUT/report.html. `plays` [rows][seeds that finished]. Nothing where
// every row has failed cells.
void WriteStudyPage(const StudyPlan& plan, const StudyOutcome& outcome,
                    const std::vector<std::vector<HeldOutPlay>>& plays, ComparisonWork& work,
                    const std::filesystem::path& out);

}  // namespace lerl
