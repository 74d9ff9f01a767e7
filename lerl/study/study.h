#pragma once
// A study: registers its analysis, runs the cells of its rows x seeds, and judges its claims.
//
// Cells are those of a comparison (eval/comparison_cells.h). One that fails in all its tries is
// shown in the tables, and the others go on; the same command tries it again. Files in the folder:
//
//   analysis.json      the registered analysis (study/study_analysis.h), before the first cell
//   table.*            verdicts and tables as Markdown for people and as .tex for papers
//   verdicts.csv       a line per claim, with its tests
//   table.csv          a line per row: the study's metric, interquartile mean, rank
//   results.csv        a line per row, seed, user and metric of sessions; results.parquet the same
//   cells.csv          a line per row and seed: what became of it
//   report.html        the page (eval/report), of the rows without failed cells
//
// All but the report follow from the analysis and the cells alone, to the byte.

#include <filesystem>

#include "lerl/eval/comparison_cells.h"
#include "lerl/study/study_outcome.h"

namespace lerl {

// The cells of a study, each within its time (StudyConfig::cell_minutes).
class StudyWork : public CellWork {
 public:
  // All must outlive it.
  StudyWork(const StudyPlan& plan, std::filesystem::path out, const CompareOptions& options)
      : plan_(plan), rows_(plan.comparison, std::move(out), options) {}
  CellEnd Run(const std::string& cell, CellControl& control) override;
  ComparisonWork& rows() { return rows_; }

 private:
  const StudyPlan& plan_;
  ComparisonWork rows_;
};

struct StudyConduct {
  StudyEnd end = StudyEnd::kStopped;
  StudyOutcome outcome{};  // of a study that is done
};

// Throws what RegisterAnalysis does, Error(kUnusable) where policies hardly differ in a simulator,
// Error(kBusy) where another process holds the folder, Error(kConfig) where there are no such
// held-out users.
StudyConduct ConductStudy(const StudyPlan& plan, const std::filesystem::path& out,
                          CompareOptions options);

}  // namespace lerl
