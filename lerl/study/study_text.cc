#include "lerl/study/study_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lerl/base/index.h"
#include "lerl/eval/ledger.h"
#include "lerl/eval/tables/verdict_text.h"

namespace lerl {
namespace {

using Cells = std::vector<std::string>;

std::string Formatted(double value, const char* format) {
  char text[40];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string Percent(double share) { return Formatted(100 * share, "%.3g") + "%"; }

std::string Signed(const Interval& x) { return (x.mean > 0 ? "+" : "") + StudyInterval(x); }

int64_t VerdictsOf(const StudyOutcome& outcome, ClaimVerdict verdict) {
  return std::ranges::count_if(outcome.findings, [verdict](const StudyFinding& finding) {
    return finding.result.verdict == verdict;
  });
}

// Text of others in a cell of a table.
std::string InTable(std::string text) {
  for (size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
    text.insert(at, "\\");
  return text;
}

std::string Line(const Cells& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + InTable(cell) + " |";
  return line + "\n";
}

std::string Table(const Cells& head, const std::vector<Cells>& rows) {
  std::string text = Line(head) + "|";
  for (size_t i = 0; i < head.size(); ++i) text += i == 0 ? "---|" : "---:|";
  text += "\n";
  for (const Cells& row : rows) text += Line(row);
  return text;
}

// What the design could see, against what was looked for.
std::string PowerText(const StudyClaim& claim, const StudyFinding& finding) {
  const ClaimResult& result = finding.result;
  const bool better = claim.says == "better";
  const double wanted = better ? result.effect : result.margin;
  std::string text = std::string(" The smallest ") + (better ? "effect" : "margin") +
                     " that this design shows is " + StudyNumber(result.smallest);
  const std::string looked =
      StudyNumber(wanted) + " (" + Percent(better ? claim.effect : claim.margin) + ")";
  if (result.smallest <= wanted) return text + ", less than the " + looked + " looked for.";
  text += "; for the " + looked + " looked for ";
  if (!result.seeds_needed) return text + "no number of seeds is enough with these users.";
  return text + "it takes " + std::to_string(*result.seeds_needed) + " seeds, and there were " +
         std::to_string(finding.seeds.size()) + ".";
}

std::string FindingSentence(const StudyPlan& plan, size_t c, const StudyFinding& finding) {
  const StudyContrast& contrast = plan.contrasts[c];
  const StudyClaim& claim = plan.study.claims[contrast.claim];
  std::string verdict(ClaimVerdictName(finding.result.verdict));
  verdict[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(verdict[0])));
  std::string text = verdict + ": " + contrast.text + ".";
  if (finding.result.verdict == ClaimVerdict::kNotJudged) return text + " " + finding.problem + ".";
  text += " Difference " + Signed(finding.result.corrected) + ", corrected p " +
          StudyP(finding.result.p_corrected);
  if (claim.says != "better") text += ", margin " + StudyNumber(finding.result.margin);
  if (finding.improvement)
    text += ", probability of improvement " + StudyNumber(finding.improvement->mean);
  text += ".";
  if (finding.seeds.size() < plan.seeds().size())
    text += " Tested with " + std::to_string(finding.seeds.size()) + " of " +
            std::to_string(plan.seeds().size()) + " seeds, because cells failed.";
  return text + PowerText(claim, finding);
}

std::vector<Cells> ClaimRowsOf(const StudyPlan& plan, const StudyOutcome& outcome) {
  std::vector<Cells> rows;
  for (size_t c = 0; c < outcome.findings.size(); ++c) {
    const StudyFinding& finding = outcome.findings[c];
    const ClaimResult& result = finding.result;
    const std::string verdict(ClaimVerdictName(result.verdict));
    if (result.verdict == ClaimVerdict::kNotJudged) {
      rows.push_back({plan.contrasts[c].text, verdict, "-", "-", "-", "-", "-", "-"});
      continue;
    }
    rows.push_back({plan.contrasts[c].text, verdict, Signed(result.corrected),
                    StudyP(result.p_corrected), StudyNumber(result.effect_size),
                    finding.improvement ? StudyInterval(*finding.improvement) : "-",
                    StudyNumber(result.smallest),
                    result.seeds_needed ? std::to_string(*result.seeds_needed) : "more users"});
  }
  return rows;
}

std::vector<Cells> RowCells(const StudyPlan& plan, const StudyOutcome& outcome) {
  std::vector<Cells> rows;
  for (size_t row = 0; row < outcome.rows.size(); ++row) {
    const StudyRow& of = outcome.rows[row];
    const std::string& label = plan.comparison.rows[row].label;
    const std::string seeds =
        std::to_string(of.seeds.size()) + " of " + std::to_string(plan.seeds().size());
    if (!of.evaluation) {
      rows.push_back({label, seeds, "failed", "-", "-"});
      continue;
    }
    const EvaluationResult& result = of.evaluation->result;
    rows.push_back(
        {MarkedLabel(result), seeds,
         result.Has(plan.study.metric) ? StudyInterval(result.metric(plan.study.metric)) : "-",
         result.interquartile_mean ? StudyInterval(*result.interquartile_mean) : "-",
         of.rank ? StudyInterval(*of.rank) : "-"});
  }
  return rows;
}

std::string FailedText(const StudyPlan& plan, const StudyOutcome& outcome) {
  if (outcome.failed.empty()) return "";
  std::vector<Cells> rows;
  for (const FailedStudyCell& failed : outcome.failed)
    rows.push_back({JoinNames(failed.rows), std::to_string(failed.seed),
                    std::to_string(failed.tries), failed.error});
  return "\n## Failed cells\n\n" + std::to_string(outcome.failed.size()) + " of " +
         std::to_string(CellsOf(plan.comparison).size()) +
         " cells have failed. Claims are tested with the seeds under which all their rows "
         "finished. The same command tries failed cells again.\n\n" +
         Table({"rows", "seed", "tries", "why"}, rows);
}

std::string Provenance(const StudyPlan& plan, const StudyOutcome& outcome) {
  const nlohmann::json& analysis = outcome.analysis;
  const auto of = [&analysis](const char* key) { return analysis.value(key, ""); };
  std::string seeds;
  for (const int64_t seed : plan.seeds())
    seeds += (seeds.empty() ? "" : ", ") + std::to_string(seed);
  int64_t users = 0;
  for (const StudyRow& row : outcome.rows)
    if (row.evaluation) users = std::max(users, row.evaluation->result.users);
  return "\n## Provenance\n\nDesign " + plan.study.design + ", " +
         std::to_string(plan.comparison.rows.size()) + " rows, seeds " + seeds + ", " +
         std::to_string(users) + " " + of("held_out") + " users" +
         (outcome.looks ? " (looks on record: " + std::to_string(*outcome.looks) + ")" : "") +
         ". " + of("correction") + ". Commit " + of("commit") + ", configuration " +
         of("configuration") + ", data " + of("data") + ". Machine: " + of("machine") +
         ". The analysis was registered in analysis.json before the first cell ran.\n";
}

}  // namespace

std::string StudyNumber(double value) {
  const double size = std::abs(value);
  return Formatted(value, size >= 100 ? "%.1f" : size >= 10 ? "%.2f" : "%.3f");
}

std::string StudyP(double p) {
  if (p < 0.001) return "<.001";
  const std::string text = Formatted(p, "%.3f");
  return text[0] == '0' ? text.substr(1) : text;
}

std::string StudyInterval(const Interval& x) {
  return StudyNumber(x.mean) + " [" + StudyNumber(x.low) + ", " + StudyNumber(x.high) + "]";
}

std::string UnfitSentence(const StudyOutcome& outcome) {
  if (outcome.unfit.empty()) return "";
  return "The simulator is unfit to compare policies in by its audit, so what follows is about "
         "this simulator and not about people: " +
         outcome.unfit;
}

std::string VerdictCount(const StudyOutcome& outcome) {
  std::string text = "Of " + std::to_string(outcome.findings.size()) + " claims ";
  text += std::to_string(VerdictsOf(outcome, ClaimVerdict::kShown)) + " are shown";
  if (const int64_t n = VerdictsOf(outcome, ClaimVerdict::kOpposite); n > 0)
    text += ", of " + std::to_string(n) + " the opposite is shown";
  if (const int64_t n = VerdictsOf(outcome, ClaimVerdict::kNotShown); n > 0)
    text += ", " + std::to_string(n) + " are not shown";
  if (const int64_t n = VerdictsOf(outcome, ClaimVerdict::kNotJudged); n > 0)
    text += ", " + std::to_string(n) + " could not be judged";
  return text + ".";
}

std::vector<std::string> FindingSentences(const StudyPlan& plan, const StudyOutcome& outcome) {
  std::vector<std::string> texts;
  for (size_t c = 0; c < outcome.findings.size(); ++c)
    texts.push_back(FindingSentence(plan, c, outcome.findings[c]));
  return texts;
}

std::string StudyMarkdown(const StudyPlan& plan, const StudyOutcome& outcome) {
  const std::string unfit = UnfitSentence(outcome);
  std::string text = unfit.empty() ? "" : "**" + unfit + ".**\n\n";
  text += "# " + plan.comparison.title + "\n\n";
  if (!plan.study.question.empty()) text += plan.study.question + "\n\n";
  // 1. Verdicts.
  text += "## Verdicts\n\n" + VerdictCount(outcome) + "\n\n";
  for (const std::string& sentence : FindingSentences(plan, outcome))
    text += "- " + sentence + "\n";
  for (const std::string& alias : plan.aliases) text += "\n" + alias + "\n";
  // 2. What they rest on.
  text += "\n## Claims\n\n" +
          Table({"claim", "verdict", "difference, corrected interval", "corrected p", "effect size",
                 "P(improvement)", "smallest shown", "seeds needed"},
                ClaimRowsOf(plan, outcome));
  text += "\n## Rows\n\nFigures of " + plan.study.metric +
          " with 95% intervals over users and seeds; ranks are among the rows of one leave rule, 1 "
          "the best.\n\n" +
          Table({"row", "seeds", plan.study.metric, "interquartile mean", "rank"},
                RowCells(plan, outcome));
  return text + FailedText(plan, outcome) + Provenance(plan, outcome);
}

}  // namespace lerl
