#include "lerl/study/study_files.h"

#include <algorithm>
#include <cstdio>

#include "lerl/base/child_process.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/eval/metrics/registry.h"
#include "lerl/study/study_latex.h"
#include "lerl/study/study_page.h"
#include "lerl/study/study_text.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

std::string Exact(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

std::string IntervalFields(const std::optional<Interval>& x) {
  if (!x) return ",,";
  return Exact(x->mean) + "," + Exact(x->low) + "," + Exact(x->high);
}

// "row,planner,task"
std::string HeadOf(const StudyPlan& plan) {
  std::string head = "row";
  for (const StudyFactor& factor : plan.study.factors) head += "," + CsvField(factor.name);
  return head;
}

std::string RowFields(const StudyPlan& plan, size_t row) {
  std::string fields = CsvField(plan.comparison.rows[row].label);
  for (size_t f = 0; f < plan.study.factors.size(); ++f)
    fields += "," + CsvField(plan.study.factors[f].levels[At(plan.levels[row][f])].name);
  return fields;
}

// results.parquet from results.csv, by the program beside this one.
void WriteParquet(const StudyPlan& plan, const fs::path& out) {
  const fs::path writer = ProgramBeside("lerl-parquet");
  if (!fs::exists(writer)) {
    LogInfo("results.parquet is left out: its writer is not built; `make parquet` builds it");
    return;
  }
  const std::string types = std::string(1 + plan.study.factors.size(), 's') + "issd";
  const fs::path temporary = out / ".results.parquet.new";
  const auto status = ExitStatus(
      {writer.string(), "--write", types, (out / "results.csv").string(), temporary.string()});
  if (status != 0)
    throw Error(ErrorKind::kIo, (out / "results.parquet").string() +
                                    ": can't be written, for the reason that stands above");
  MoveIntoPlace(temporary, out / "results.parquet");
}

}  // namespace

std::string TidyCsv(const StudyPlan& plan, const StudyOutcome& outcome,
                    const std::vector<const Dataset*>& datasets) {
  std::string text = HeadOf(plan) + ",seed,user,metric,value\n";
  for (size_t row = 0; row < outcome.rows.size(); ++row) {
    const StudyRow& of = outcome.rows[row];
    if (!of.evaluation) continue;
    const std::string fields = RowFields(plan, row) + ",";
    const size_t users = of.evaluation->users.size();
    for (const auto& [metric, table] : of.evaluation->tables) {
      if (!table.of_sessions) continue;
      for (size_t s = 0; s < of.seeds.size(); ++s)
        for (size_t u = 0; u < users; ++u)
          text += fields + std::to_string(of.seeds[s]) + "," +
                  CsvField(datasets[row]->user_ids[At(of.evaluation->users[u])]) + "," + metric +
                  "," + Exact(table.cells[s * users + u]) + "\n";
    }
  }
  return text;
}

std::string VerdictsCsv(const StudyPlan& plan, const StudyOutcome& outcome) {
  std::string text =
      "claim,says,metric,verdict,difference,low,high,p,p_corrected,family,margin,effect,"
      "effect_size,improvement,improvement_low,improvement_high,smallest_shown,seeds_needed,seeds,"
      "problem\n";
  for (size_t c = 0; c < outcome.findings.size(); ++c) {
    const StudyFinding& finding = outcome.findings[c];
    const ClaimResult& r = finding.result;
    const StudyClaim& claim = plan.study.claims[plan.contrasts[c].claim];
    text += CsvField(plan.contrasts[c].text) + "," + claim.says + "," + claim.metric + "," +
            std::string(ClaimVerdictName(r.verdict)) + ",";
    if (r.verdict == ClaimVerdict::kNotJudged) {
      text += ",,,,," + std::to_string(r.family) + ",,,,,,,,," +
              std::to_string(finding.seeds.size()) + "," + CsvField(finding.problem) + "\n";
      continue;
    }
    text += IntervalFields(r.corrected);
    for (const double value : {r.p, r.p_corrected}) text += "," + Exact(value);
    text += "," + std::to_string(r.family);
    for (const double value : {r.margin, r.effect, r.effect_size}) text += "," + Exact(value);
    text += "," + IntervalFields(finding.improvement) + "," + Exact(r.smallest) + "," +
            (r.seeds_needed ? std::to_string(*r.seeds_needed) : "") + "," +
            std::to_string(finding.seeds.size()) + ",\n";
  }
  return text;
}

std::string RowsCsv(const StudyPlan& plan, const StudyOutcome& outcome) {
  std::string text = HeadOf(plan) +
                     ",seeds_finished,seeds,metric,mean,low,high,interquartile_mean,iqm_low,"
                     "iqm_high,rank,rank_low,rank_high,oracle,valid\n";
  for (size_t row = 0; row < outcome.rows.size(); ++row) {
    const StudyRow& of = outcome.rows[row];
    std::optional<Interval> mean, middle;
    if (of.evaluation) {
      const EvaluationResult& result = of.evaluation->result;
      if (result.Has(plan.study.metric)) mean = result.metric(plan.study.metric);
      middle = result.interquartile_mean;
    }
    text += RowFields(plan, row) + "," + std::to_string(of.seeds.size()) + "," +
            std::to_string(plan.seeds().size()) + "," + plan.study.metric + "," +
            IntervalFields(mean) + "," + IntervalFields(middle) + "," + IntervalFields(of.rank) +
            "," + (of.evaluation && of.evaluation->result.oracle ? "true" : "false") + "," +
            (of.evaluation && of.evaluation->result.valid() ? "true" : "false") + "\n";
  }
  return text;
}

std::string CellsCsv(const StudyPlan& plan, const StudyOutcome& outcome) {
  std::string text = "row,seed,status,tries,error\n";
  for (size_t row = 0; row < outcome.rows.size(); ++row) {
    const std::string& label = plan.comparison.rows[row].label;
    for (const int64_t seed : plan.seeds()) {
      const auto failed = std::ranges::find_if(outcome.failed, [&](const FailedStudyCell& cell) {
        return cell.seed == seed && std::ranges::find(cell.rows, label) != cell.rows.end();
      });
      text += CsvField(label) + "," + std::to_string(seed) + ",";
      text += failed == outcome.failed.end() ? "finished,,\n"
                                             : "failed," + std::to_string(failed->tries) + "," +
                                                   CsvField(failed->error) + "\n";
    }
  }
  return text;
}

void WriteStudyFiles(const StudyPlan& plan, const StudyOutcome& outcome,
                     const std::vector<std::vector<HeldOutPlay>>& plays, ComparisonWork& work,
                     const fs::path& out) {
  std::vector<const Dataset*> datasets;
  for (const ComparisonRow& row : plan.comparison.rows)
    datasets.push_back(&work.WorldOf(row.play()).dataset);
  WriteFileWhole(out / "results.csv", TidyCsv(plan, outcome, datasets));
  WriteParquet(plan, out);
  WriteFileWhole(out / "verdicts.csv", VerdictsCsv(plan, outcome));
  WriteFileWhole(out / "table.csv", RowsCsv(plan, outcome));
  WriteFileWhole(out / "cells.csv", CellsCsv(plan, outcome));
  WriteFileWhole(out / "table.tex", StudyLatex(plan, outcome));
  WriteFileWhole(out / "table.md", StudyMarkdown(plan, outcome));
  WriteStudyPage(plan, outcome, plays, work, out);
}

}  // namespace lerl
