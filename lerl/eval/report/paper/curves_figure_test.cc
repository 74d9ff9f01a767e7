#include "lerl/eval/report/paper/curves_figure.h"

#include <gmock/gmock.h>

#include "lerl/base/error.h"
#include "lerl/testing/written_report.h"

namespace lerl {
namespace {

using testing::HasSubstr;
using testing::Not;

LearningCurve CurveOf(const std::string& policy, int64_t seed, const std::vector<double>& values) {
  LearningCurve curve{.policy = policy, .seed = seed};
  for (const double value : values)
    curve.points.push_back({.user_steps = 100.0 * static_cast<double>(curve.points.size() + seed),
                            .r_cum = value,
                            .t_int = 2 * value});
  return curve;
}

TEST(SummariseCurves, TakesStudentsIntervalOverSeeds) {
  const auto curves = SummariseCurves({CurveOf("b", 1, {1, 4}), CurveOf("a", 1, {7}),
                                       CurveOf("b", 2, {2, 4}), CurveOf("b", 3, {3, 4})},
                                      &CurvePoint::r_cum);
  ASSERT_EQ(curves.size(), 2);
  EXPECT_EQ(curves[0].policy, "b");
  EXPECT_EQ(curves[0].seeds, 3);
  EXPECT_EQ(curves[0].points[0].user_steps, 200);
  EXPECT_EQ(curves[0].points[0].value.mean, 2);
  EXPECT_NEAR(curves[0].points[0].value.high, 2 + 4.302653 / std::sqrt(3.0), 1e-6);
  EXPECT_NEAR(curves[0].points[0].value.low, 2 - 4.302653 / std::sqrt(3.0), 1e-6);
  EXPECT_EQ(curves[0].points[1].value.low, 4);
  EXPECT_EQ(curves[1].points[0].value.low, 7) << "one seed has no interval";
}

TEST(SummariseCurves, EndsWhereTheFirstSeedEnds) {
  const auto curves =
      SummariseCurves({CurveOf("a", 1, {1, 2, 3}), CurveOf("a", 2, {1, 2}), CurveOf("b", 1, {})},
                      &CurvePoint::t_int);
  ASSERT_EQ(curves.size(), 1) << "a curve without points is none";
  ASSERT_EQ(curves[0].points.size(), 2);
  EXPECT_EQ(curves[0].points[1].value.mean, 4);
}

TEST(CurvesFigure, DrawsALineAndABandOfEachPolicyThatLearns) {
  const ReportInput input = SampleReport();
  const std::string script = CurvesFigure(input).script;
  EXPECT_THAT(script, HasSubstr("R_{cum} of validation users"));
  for (const EvaluationResult& row : input.rows) {
    const bool learns = std::ranges::any_of(
        input.curves, [&](const LearningCurve& curve) { return curve.policy == row.policy; });
    const std::string title = "title " + GnuplotText(row.policy) + " noenhanced";
    EXPECT_THAT(script,
                learns ? testing::Matcher<std::string>(HasSubstr(title)) : Not(HasSubstr(title)));
  }
  EXPECT_THAT(script, HasSubstr("$curve7 using 1:3:4 with filledcurves"));
}

TEST(CurvesFigure, KeepsBandsWithinTheCurves) {
  ReportInput input;
  input.curves = {CurveOf("a", 1, {1, 1}), CurveOf("a", 2, {2, 2})};
  // The interval of two seeds would reach from 1.5 - 6.35 to 1.5 + 6.35.
  EXPECT_THAT(CurvesFigure(input).script, HasSubstr("150 1.5 0.96 2.04\n"));
}

TEST(CurvesFigure, SaysWhereNothingLearns) { EXPECT_THROW(CurvesFigure(SampleReport(2)), Error); }

}  // namespace
}  // namespace lerl
