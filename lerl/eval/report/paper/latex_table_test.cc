#include "lerl/eval/report/paper/latex_table.h"

#include <gmock/gmock.h>

#include <sstream>

#include "lerl/testing/hostile_names.h"
#include "lerl/testing/written_report.h"

namespace lerl {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// How often `part` stands in the text without a backslash before it.
int64_t Unescaped(const std::string& text, char part) {
  int64_t count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == part)
      ++count;
  }
  return count;
}

TEST(LatexText, WritesOutWhatLatexReadsAsItsOwn) {
  EXPECT_EQ(LatexText("$x_1 & 50%"), "\\$x\\_1 \\& 50\\%");
  EXPECT_EQ(LatexText("\\input{x}#~^"),
            "\\textbackslash{}input\\{x\\}\\#\\textasciitilde{}\\textasciicircum{}");
  EXPECT_EQ(LatexText(std::string("a\nb\r\0c", 6)), "a b  c");
  EXPECT_EQ(LatexText("é → 雪 \"<|>"), "é → 雪 \\char34{}\\textless{}\\textbar{}\\textgreater{}");
}

TEST(LatexTable, HasTheFiguresOfEveryRow) {
  const ReportInput input = SampleReport();
  const std::string table = LatexTable(input);
  EXPECT_THAT(table, HasSubstr("policy & $T_{\\mathrm{int}}$ & $R_{\\mathrm{cum}}$ & "
                               "$R_{\\mathrm{sin}}$\n  & \\shortstack{{ppo}}\n  & "
                               "\\shortstack{{ppo + random}\\\\{planner}} \\\\"));
  EXPECT_THAT(table, HasSubstr("{Sample \\textless{}comparison"));
  EXPECT_THAT(table, HasSubstr("30 test users $\\times$ 3 seeds"));
  EXPECT_THAT(table, HasSubstr("all 20 intervals hold together"));
  char text[200];
  for (const EvaluationResult& row : input.rows) {
    const Interval& r = row.metric("R_cum");
    std::snprintf(text, sizeof text, " & $%.2f$ & ", r.mean);
    EXPECT_THAT(table, HasSubstr(text));
    const PairedDifference* d = row.difference("R_cum", "ppo");
    if (d == nullptr) continue;
    const bool better = d->test->verdict == Verdict::kBetter;
    const bool worse = d->test->verdict == Verdict::kWorse;
    std::snprintf(text, sizeof text, "$%+.2f%s", d->comparison.difference.mean,
                  better  ? "\\,\\uparrow$"
                  : worse ? "\\,\\downarrow$"
                          : "");
    EXPECT_THAT(table, HasSubstr(text));
    std::snprintf(text, sizeof text, "$[%.2f,\\,%.2f]$", d->test->simultaneous->low,
                  d->test->simultaneous->high);
    EXPECT_THAT(table, HasSubstr(text));
  }
}

TEST(LatexTable, HasEquallyManyCellsInEachLineWhateverTheNames) {
  ReportInput input = SampleReport(8);
  const std::vector<std::string> names = HostileNames("x");
  for (size_t i = 0; i < input.rows.size(); ++i) input.rows[i].policy = names[i % names.size()];
  input.title = names[0] + "\n\\end{document}";
  input.commit = "a\nb";
  const std::string table = LatexTable(input);
  EXPECT_EQ(Unescaped(table, '{'), Unescaped(table, '}'));
  std::istringstream lines(table.substr(table.find("\\midrule\n") + 9));
  int64_t rows = 0;
  for (std::string line; std::getline(lines, line) && line != "  \\bottomrule";) {
    if (line.find("\\addlinespace") != std::string::npos) continue;
    EXPECT_EQ(Unescaped(line, '&'), 5) << line;
    EXPECT_EQ(Unescaped(line, '%'), 0) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 2 * std::ssize(input.rows));
}

TEST(LatexTable, ShowsTheMetricsThatTheComparisonNames) {
  ReportInput input = SampleReport(2);
  EXPECT_THAT(LatexTable(input), Not(HasSubstr("coverage")));
  input.metrics = {"coverage", "retention"};
  EXPECT_THAT(LatexTable(input), HasSubstr(" & coverage"));
  EXPECT_THAT(LatexTable(input), Not(HasSubstr("retention"))) << "which no row has";
}

TEST(LatexTable, OfRowsThatAreHeldAgainstNothingHasNoDifferences) {
  ReportInput input = SampleReport(2);
  for (EvaluationResult& row : input.rows) row.differences.clear();
  const std::string table = LatexTable(input);
  EXPECT_THAT(table, StartsWith("% Needs \\usepackage{booktabs}."));
  EXPECT_THAT(table, Not(HasSubstr("ifference")));
}

}  // namespace
}  // namespace lerl
