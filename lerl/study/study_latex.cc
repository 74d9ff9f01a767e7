#include "lerl/study/study_latex.h"

#include "lerl/eval/report/paper/latex_table.h"
#include "lerl/eval/tables/verdict_text.h"
#include "lerl/study/study_text.h"

namespace lerl {
namespace {

// An interval below its figure.
std::string Stacked(const Interval& x, bool with_sign = false) {
  return std::string("$") + (with_sign && x.mean > 0 ? "+" : "") + StudyNumber(x.mean) +
         "$ {\\scriptsize $[" + StudyNumber(x.low) + ",\\," + StudyNumber(x.high) + "]$}";
}

std::string OrDash(const std::optional<Interval>& x) { return x ? Stacked(*x) : "--"; }

std::string Environment(const std::string& columns, const std::string& head,
                        const std::string& body, const std::string& caption,
                        const std::string& label) {
  return "\\begin{table*}\n  \\centering\n  \\small\n  \\begin{tabular}{@{}" + columns +
         "@{}}\n    \\toprule\n    " + head + " \\\\\n    \\midrule\n" + body +
         "    \\bottomrule\n  \\end{tabular}\n  \\caption{" + caption + "}\n  \\label{" + label +
         "}\n\\end{table*}\n";
}

std::string ClaimLines(const StudyPlan& plan, const StudyOutcome& outcome) {
  std::string body;
  for (size_t c = 0; c < outcome.findings.size(); ++c) {
    const ClaimResult& result = outcome.findings[c].result;
    body += "    " + LatexText(plan.contrasts[c].text) + " & " +
            std::string(ClaimVerdictName(result.verdict)) + " & ";
    if (result.verdict == ClaimVerdict::kNotJudged)
      body += "-- & -- & -- & --";
    else
      body += Stacked(result.corrected, true) + " & $" + (result.p_corrected < 0.001 ? "<" : "") +
              StudyP(result.p_corrected).substr(result.p_corrected < 0.001 ? 1 : 0) + "$ & " +
              StudyNumber(result.smallest) + " & " +
              (result.seeds_needed ? std::to_string(*result.seeds_needed) : "users");
    body += " \\\\\n";
  }
  return body;
}

std::string RowLines(const StudyPlan& plan, const StudyOutcome& outcome) {
  std::string body;
  for (size_t row = 0; row < outcome.rows.size(); ++row) {
    const StudyRow& of = outcome.rows[row];
    std::optional<Interval> mean, middle;
    std::string label = plan.comparison.rows[row].label;
    if (of.evaluation) {
      label = MarkedLabel(of.evaluation->result);
      if (of.evaluation->result.Has(plan.study.metric))
        mean = of.evaluation->result.metric(plan.study.metric);
      middle = of.evaluation->result.interquartile_mean;
    }
    body += "    " + LatexText(label) + " & " + std::to_string(of.seeds.size()) + " & " +
            (of.evaluation ? OrDash(mean) : "failed") + " & " + OrDash(middle) + " & " +
            OrDash(of.rank) + " \\\\\n";
  }
  return body;
}

}  // namespace

std::string StudyLatex(const StudyPlan& plan, const StudyOutcome& outcome) {
  const std::string metric = LatexText(plan.study.metric);
  const std::string seeds = std::to_string(plan.seeds().size());
  std::string text = "% Needs \\usepackage{booktabs}.\n";
  if (!outcome.unfit.empty()) text += "% " + LatexText(UnfitSentence(outcome)) + "\n";
  text += Environment(
      "llrrrr", "claim & verdict & difference & $p$ & smallest & seeds", ClaimLines(plan, outcome),
      LatexText(plan.comparison.title + ": " + VerdictCount(outcome)) +
          " Differences have the intervals of the level that Holm's method gives each claim, $p$ "
          "is corrected, \\emph{smallest} is what the design shows with a power of 80\\%, "
          "\\emph{seeds} the number that the effect looked for needs." +
          (outcome.unfit.empty() ? "" : " " + LatexText(UnfitSentence(outcome)) + "."),
      "tab:claims");
  text += Environment("lrrrr", "row & seeds & " + metric + " & interquartile mean & rank",
                      RowLines(plan, outcome),
                      metric + " with 95\\% intervals over users and seeds (" + seeds +
                          " seeds registered); ranks among the rows of one leave rule.",
                      "tab:rows");
  return text;
}

}  // namespace lerl
