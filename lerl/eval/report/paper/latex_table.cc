#include "lerl/eval/report/paper/latex_table.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/eval/metrics/registry.h"
#include "lerl/eval/report/paper/metric_text.h"
#include "lerl/eval/tables/verdict_text.h"

namespace lerl {
namespace {

constexpr size_t kHeadingWidth = 14;  // characters of a line of a column's heading

// A cell of two lines: a figure, and its interval below.
struct LatexCell {
  std::string figure = "--", interval{};
};

std::string LatexNumber(double value, int decimals, bool with_sign = false) {
  char text[40];
  std::snprintf(text, sizeof text, with_sign ? "%+.*f" : "%.*f", decimals, value);
  return text;
}

std::string LatexInterval(const Interval& x, int decimals) {
  return "{\\scriptsize $[" + LatexNumber(x.low, decimals) + ",\\," +
         LatexNumber(x.high, decimals) + "]$}";
}

// T_int, R_cum, R_sin, the claimed metric, and those that the comparison names.
std::vector<std::string> ShownMetrics(const ReportInput& input) {
  std::vector<std::string> names = {"T_int", "R_cum", "R_sin", ClaimedMetric(input.rows)};
  names.insert(names.end(), input.metrics.begin(), input.metrics.end());
  std::vector<std::string> shown;
  for (const std::string& name : names)
    if (std::ranges::find(shown, name) == shown.end() &&
        std::ranges::any_of(input.rows, [&](const auto& row) { return row.Has(name); }))
      shown.push_back(name);
  return shown;
}

// The references that some row has a difference against.
std::vector<std::string> ShownReferences(const ReportInput& input, const std::string& metric) {
  std::vector<std::string> shown;
  for (const std::string& reference : input.references)
    if (std::ranges::any_of(input.rows, [&](const EvaluationResult& row) {
          return row.difference(metric, reference) != nullptr;
        }))
      shown.push_back(reference);
  return shown;
}

std::string MarkOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kBetter:
      return "\\,\\uparrow";
    case Verdict::kWorse:
      return "\\,\\downarrow";
    case Verdict::kSame:
      return "\\,\\approx";
    case Verdict::kNoWorse:
      return "\\,\\geq";
    case Verdict::kUnclear:
      break;
  }
  return "";
}

LatexCell MetricCell(const EvaluationResult& row, const std::string& name) {
  if (!row.Has(name)) return {};
  const Interval& x = row.metric(name);
  const int decimals = MetricDecimals(name);
  return {"$" + LatexNumber(x.mean, decimals) + "$", LatexInterval(x, decimals)};
}

LatexCell DifferenceCell(const PairedDifference* d) {
  if (d == nullptr) return {};
  const int decimals = MetricDecimals(d->metric);
  const Interval& own = d->comparison.difference;
  const Interval& shown = d->test && d->test->simultaneous ? *d->test->simultaneous : own;
  return {
      "$" + LatexNumber(own.mean, decimals, true) + (d->test ? MarkOf(d->test->verdict) : "") + "$",
      LatexInterval(shown, decimals)};
}

// A heading in short lines, one above the other.
std::string StackedHeading(const std::string& text) {
  std::istringstream lines(Wrapped(WithoutControls(text), kHeadingWidth));
  std::string stacked;
  for (std::string line; std::getline(lines, line);)
    stacked += (stacked.empty() ? "{" : "\\\\{") + LatexText(line) + "}";
  return "\\shortstack{" + stacked + "}";
}

// The line that groups the columns, and those of the headings.
std::string HeadOf(const std::vector<std::string>& metrics,
                   const std::vector<std::string>& references, const std::string& claimed) {
  const size_t figures = metrics.size(), first = 2 + figures;
  std::string top = " & \\multicolumn{" + std::to_string(figures) + "}{c}{mean}";
  std::string rules = "\\cmidrule(lr){2-" + std::to_string(first - 1) + "}";
  std::string head = "policy";
  for (const std::string& name : metrics) head += " & " + LatexMetric(name);
  if (!references.empty()) {
    top += " & \\multicolumn{" + std::to_string(references.size()) + "}{c}{difference in " +
           LatexMetric(claimed) + " from}";
    rules += " \\cmidrule(l){" + std::to_string(first) + "-" +
             std::to_string(first + references.size() - 1) + "}";
  }
  for (const std::string& reference : references) head += "\n  & " + StackedHeading(reference);
  return "  \\toprule\n  " + top + " \\\\\n  " + rules + "\n  " + head + " \\\\\n  \\midrule\n";
}

// The two lines of a policy. The braces keep a name that begins with [ or * from \\.
std::string LatexRow(const EvaluationResult& row, const std::vector<LatexCell>& cells) {
  std::string figures = "  {" + LatexText(MarkedLabel(row)) + "}", intervals = "  ";
  for (const LatexCell& cell : cells) {
    figures += " & " + cell.figure;
    intervals += " & " + cell.interval;
  }
  return figures + " \\\\\n" + intervals + " \\\\\n";
}

// What the figures are of, and what the marks mean.
std::string CaptionOf(const ReportInput& input, bool has_differences) {
  const EvaluationResult& first = input.rows.front();
  std::string text = LatexText(input.title) + ": " + std::to_string(first.users) + " " +
                     kHeldOutNames[At(first.held_out)] + " users $\\times$ " +
                     std::to_string(first.seeds.size()) +
                     " seeds, one whole session each; means with 95\\% intervals.";
  if (!has_differences) return text;
  text += " Differences are paired";
  for (const EvaluationResult& row : input.rows)
    for (const PairedDifference& d : row.differences) {
      if (!d.test) continue;
      const std::string family = std::to_string(d.test->family);
      char margin[32];
      std::snprintf(margin, sizeof margin, "%.3g\\%%", 100 * d.test->relative_margin);
      text += d.test->simultaneous
                  ? "; all " + family + " intervals hold together with 95\\% (Bonferroni)."
                  : "; their intervals are not corrected.";
      return text + " By " + family + " tests, corrected by Holm's method at 5\\%: " +
             "$\\uparrow$ better, $\\downarrow$ worse, $\\approx$ the same within " + margin +
             ", $\\geq$ not worse by " + margin + ", no mark: unclear.";
    }
  return text + "; their intervals are not corrected.";
}

}  // namespace

std::string LatexText(std::string_view text) {
  constexpr std::array<std::pair<char, std::string_view>, 14> kWritten = {
      {{'\\', "\\textbackslash{}"},
       {'{', "\\{"},
       {'}', "\\}"},
       {'$', "\\$"},
       {'&', "\\&"},
       {'#', "\\#"},
       {'%', "\\%"},
       {'_', "\\_"},
       {'~', "\\textasciitilde{}"},
       {'^', "\\textasciicircum{}"},
       {'<', "\\textless{}"},
       {'>', "\\textgreater{}"},
       {'|', "\\textbar{}"},
       {'"', "\\char34{}"}}};
  std::string latex;
  for (const char c : WithoutControls(text)) {
    const auto written = std::ranges::find(kWritten, c, &std::pair<char, std::string_view>::first);
    if (written == kWritten.end())
      latex += c;
    else
      latex += written->second;
  }
  return latex;
}

std::string LatexTable(const ReportInput& input) {
  const std::string tested = ClaimedMetric(input.rows);
  const std::string claimed = tested.empty() ? "R_cum" : tested;
  const std::vector<std::string> metrics = ShownMetrics(input);
  const std::vector<std::string> references = ShownReferences(input, claimed);
  std::string rows;
  for (const EvaluationResult& row : input.rows) {
    std::vector<LatexCell> cells;
    for (const std::string& name : metrics) cells.push_back(MetricCell(row, name));
    for (const std::string& reference : references)
      cells.push_back(DifferenceCell(row.difference(claimed, reference)));
    rows += (rows.empty() ? "" : "  \\addlinespace[2pt]\n") + LatexRow(row, cells);
  }
  return "% Needs \\usepackage{booktabs}. Made by `lerl report --export` at commit " +
         WithoutControls(input.commit) +
         ".\n"
         "\\begin{table*}\n"
         "  \\centering\n"
         "  \\caption{" +
         CaptionOf(input, !references.empty()) +
         "}\n"
         "  \\small\n"
         "  \\begin{tabular}{@{}l*{" +
         std::to_string(metrics.size() + references.size()) + "}{c}@{}}\n" +
         HeadOf(metrics, references, claimed) + rows +
         "  \\bottomrule\n"
         "  \\end{tabular}\n"
         "\\end{table*}\n";
}

}  // namespace lerl
