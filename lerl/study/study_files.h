#pragma once
// The files of a finished study: tables for people, papers and programs, and the report.

#include <filesystem>
#include <string>
#include <vector>

#include "lerl/eval/comparison_cells.h"
#include "lerl/study/study_outcome.h"

namespace lerl {

// A line per row, seed, user and metric that is a figure of a session:
// "row,FACTOR...,seed,user,metric,value". `datasets` [rows] name the users.
std::string TidyCsv(const StudyPlan& plan, const StudyOutcome& outcome,
                    const std::vector<const Dataset*>& datasets);
// A line per claim.
std::string VerdictsCsv(const StudyPlan& plan, const StudyOutcome& outcome);
// A line per row.
std::string RowsCsv(const StudyPlan& plan, const StudyOutcome& outcome);
// A line per row and seed: finished or failed, and why.
std::string CellsCsv(const StudyPlan& plan, const StudyOutcome& outcome);

// Writes them all into `out`. `plays` [rows][seeds that finished]. results.parquet is left out
// where its writer is not built, with a line in the log.
void WriteStudyFiles(const StudyPlan& plan, const StudyOutcome& outcome,
                     const std::vector<std::vector<HeldOutPlay>>& plays, ComparisonWork& work,
                     const std::filesystem::path& out);

}  // namespace lerl
