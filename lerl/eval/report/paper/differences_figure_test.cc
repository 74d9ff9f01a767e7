#include "lerl/eval/report/paper/differences_figure.h"

#include <gmock/gmock.h>

#include "lerl/base/error.h"
#include "lerl/testing/written_report.h"

namespace lerl {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string ForestLine(const PairedDifference& d, double line, int kind) {
  const Interval& own = d.comparison.difference;
  const Interval& all = *d.test->simultaneous;
  std::string text;
  for (const double value : {own.mean, line, own.low, own.high, all.low, all.high})
    text += GnuplotNumber(value) + " ";
  return text + std::to_string(kind) + "\n";
}

TEST(DifferencesFigure, HasALineForEachDifferenceOfTheClaimedMetric) {
  const ReportInput input = SampleReport();
  const std::string script = DifferencesFigure(input).script;
  double line = 0;
  for (const std::string& reference : input.references) {
    EXPECT_THAT(script, HasSubstr(GnuplotText("against " + reference)));
    for (const EvaluationResult& row : input.rows) {
      const PairedDifference* d = row.difference("R_cum", reference);
      if (d == nullptr) continue;
      const Verdict verdict = d->test->verdict;
      EXPECT_THAT(script, HasSubstr(ForestLine(*d, ++line,
                                               verdict == Verdict::kBetter  ? 1
                                               : verdict == Verdict::kWorse ? 2
                                                                            : 0)));
    }
    line += 1.4;
  }
  EXPECT_THAT(script, HasSubstr(", thin: all 20 together"));
}

TEST(DifferencesFigure, DrawsAnOlderFileWithoutSimultaneousIntervals) {
  ReportInput input = SampleReport();
  for (EvaluationResult& row : input.rows)
    for (PairedDifference& d : row.differences)
      if (d.test) d.test->simultaneous.reset();
  EXPECT_THAT(DifferencesFigure(input).script, Not(HasSubstr("together")));
}

TEST(DifferencesFigure, MarksWhatMustBeKnownOfARow) {
  ReportInput input = SampleReport();
  input.rows[0].stale = "played at 0123";
  EXPECT_THAT(DifferencesFigure(input).script, HasSubstr("'random (stale)'"));
}

TEST(DifferencesFigure, SaysWhereThereAreNoDifferences) {
  ReportInput input = SampleReport(2);
  input.rows[1].differences.clear();
  EXPECT_THROW(DifferencesFigure(input), Error);
}

}  // namespace
}  // namespace lerl
