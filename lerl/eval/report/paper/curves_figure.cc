#include "lerl/eval/report/paper/curves_figure.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/eval/quantiles.h"
#include "lerl/eval/report/paper/metric_text.h"
#include "lerl/eval/tables/verdict_text.h"

namespace lerl {
namespace {

constexpr int kLongestKey = 42, kShortKey = 20;  // characters; short ones stand in two columns
constexpr double kKeyLineInches = 0.135;         // of the key

using SeedCurves = std::vector<const LearningCurve*>;

Interval OverSeeds(const std::vector<double>& values) {
  const double count = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (const double value : values) mean += value / count;
  for (const double value : values) squares += (value - mean) * (value - mean);
  if (values.size() < 2) return {mean, mean, mean};
  const double half =
      StudentQuantile(0.95, std::ssize(values) - 1) * std::sqrt(squares / (count - 1) / count);
  return {mean, mean - half, mean + half};
}

CurveSummary Summarise(const SeedCurves& curves, double CurvePoint::*value) {
  CurveSummary summary{.policy = curves.front()->policy, .seeds = std::ssize(curves)};
  size_t shortest = curves.front()->points.size();
  for (const LearningCurve* curve : curves) shortest = std::min(shortest, curve->points.size());
  for (size_t i = 0; i < shortest; ++i) {
    double steps = 0;
    std::vector<double> values;
    for (const LearningCurve* curve : curves) {
      steps += curve->points[i].user_steps / static_cast<double>(curves.size());
      values.push_back(curve->points[i].*value);
    }
    summary.points.push_back({steps, OverSeeds(values)});
  }
  return summary;
}

// The ends of the axis: those of all seeds' curves, with a little room.
Interval AxisOf(const std::vector<LearningCurve>& curves, double CurvePoint::*value) {
  Interval axis{0, HUGE_VAL, -HUGE_VAL};
  for (const LearningCurve& curve : curves)
    for (const CurvePoint& point : curve.points) {
      axis.low = std::min(axis.low, point.*value);
      axis.high = std::max(axis.high, point.*value);
    }
  const double width = axis.high - axis.low;
  const double room = width > 0 ? 0.04 * width : 0.5;
  return {0, axis.low - room, axis.high + room};
}

// The points of a policy as a block of data: steps, mean, and the band's ends within the axis.
std::string CurveData(size_t number, const CurveSummary& curve, const Interval& axis) {
  std::string text = "$curve" + std::to_string(number) + " << EOD\n";
  for (const CurveSummary::Point& point : curve.points)
    text += GnuplotNumber(point.user_steps) + " " + GnuplotNumber(point.value.mean) + " " +
            GnuplotNumber(std::clamp(point.value.low, axis.low, axis.high)) + " " +
            GnuplotNumber(std::clamp(point.value.high, axis.low, axis.high)) + "\n";
  return text + "EOD\n";
}

// Bands first, so that no line is covered.
std::string PlotCommand(const std::vector<CurveSummary>& curves) {
  std::string bands, lines;
  for (size_t i = 0; i < curves.size(); ++i) {
    const std::string data = "$curve" + std::to_string(i);
    const std::string colour = kPalette[i % std::size(kPalette)];
    if (curves[i].seeds > 1)
      bands += (bands.empty() ? "" : ", \\\n  ") + data +
               " using 1:3:4 with filledcurves lc rgb '" + colour +
               "' fs transparent solid 0.14 noborder notitle";
    lines += (lines.empty() ? "" : ", \\\n  ") + data + " using 1:2 with lines lw 1.4 lc rgb '" +
             colour + "' dt " + std::to_string(1 + i / std::size(kPalette)) + " title " +
             GnuplotText(curves[i].policy, kLongestKey) + " noenhanced";
  }
  return "plot " + bands + (bands.empty() ? "" : ", \\\n  ") + lines + "\n";
}

}  // namespace

std::vector<CurveSummary> SummariseCurves(const std::vector<LearningCurve>& curves,
                                          double CurvePoint::*value) {
  std::vector<SeedCurves> groups;
  for (const LearningCurve& curve : curves) {
    if (curve.points.empty()) continue;
    const auto group = std::ranges::find_if(
        groups, [&](const SeedCurves& of) { return of.front()->policy == curve.policy; });
    if (group == groups.end())
      groups.push_back({&curve});
    else
      group->push_back(&curve);
  }
  std::vector<CurveSummary> summaries;
  for (const SeedCurves& group : groups) summaries.push_back(Summarise(group, value));
  return summaries;
}

Drawing CurvesFigure(const ReportInput& input) {
  const bool lengths = ClaimedMetric(input.rows) == "T_int";
  const auto value = lengths ? &CurvePoint::t_int : &CurvePoint::r_cum;
  const std::vector<CurveSummary> curves = SummariseCurves(input.curves, value);
  if (curves.empty())
    throw Error(ErrorKind::kConfig,
                "this comparison has no learning curves, since none of its rows learns; export its "
                "differences, or compare rows that learn");
  const Interval axis = AxisOf(input.curves, value);
  int longest = 0;
  double steps = 0;
  for (const CurveSummary& curve : curves) {
    longest = std::max(longest, ShownLength(curve.policy));
    steps = std::max(steps, curve.points.back().user_steps);
  }
  const int columns = longest <= kShortKey && curves.size() > 1 ? 2 : 1;
  const int64_t key_lines = (std::ssize(curves) + columns - 1) / columns;
  const double key = kKeyLineInches * static_cast<double>(key_lines);
  Drawing drawing{.height = 2.1 + key};
  for (size_t i = 0; i < curves.size(); ++i) drawing.script += CurveData(i, curves[i], axis);
  if (steps > 0)
    drawing.script += "set xrange [0:" + GnuplotNumber(steps) + "]\nset xtics " +
                      GnuplotNumber(TickStep(steps, 3)) + "\n";
  drawing.script += "set yrange [" + GnuplotNumber(axis.low) + ":" + GnuplotNumber(axis.high) +
                    "]\n" +
                    "set border 3 lw 0.6\n"
                    "set tics nomirror out scale 0.5\n"
                    "set minussign\n"
                    "set format x '%.0s%c'\n"
                    "set format y '%g'\n"
                    "set grid ytics lw 0.4 lc rgb '#d9d9d9' dt 1\n"
                    "set xlabel 'user-steps trained' offset 0,0.4\n"
                    "set ylabel '" +
                    GnuplotMetric(lengths ? "T_int" : "R_cum") +
                    " of validation users' offset 0.4,0\n"
                    "set rmargin 2.5\n"
                    "set tmargin 0.6\n"
                    "set bmargin at screen " +
                    GnuplotNumber((0.47 + key) / drawing.height) +
                    "\nset key at screen 0.55, screen " + GnuplotNumber(0.04 / drawing.height) +
                    " bottom center vertical Left reverse samplen 1.8 spacing 0.97 maxrows " +
                    std::to_string(key_lines) + "\n" + PlotCommand(curves);
  return drawing;
}

}  // namespace lerl
