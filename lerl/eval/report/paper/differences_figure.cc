#include "lerl/eval/report/paper/differences_figure.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/eval/report/paper/metric_text.h"
#include "lerl/eval/tables/verdict_text.h"

namespace lerl {
namespace {

constexpr int kLongestLabel = 34;
constexpr double kForestLineInches = 0.148, kCharacterInches = 0.062;
constexpr double kGroupGap = 1.4;  // lines from a group's last row to the next heading

// A row of the plot; lines are counted from the top.
struct ForestRow {
  double line = 0;
  std::string label{};
  const PairedDifference* difference = nullptr;
};

struct ForestGroup {
  double line = 0;  // of its heading
  std::string reference{};
  std::vector<ForestRow> rows{};
};

std::vector<ForestGroup> ForestGroups(const ReportInput& input, const std::string& metric) {
  std::vector<ForestGroup> groups;
  double line = 0;
  for (const std::string& reference : input.references) {
    ForestGroup group{.line = line, .reference = reference};
    for (const EvaluationResult& row : input.rows) {
      const PairedDifference* d = row.difference(metric, reference);
      if (d == nullptr) continue;
      const double below = 1 + static_cast<double>(group.rows.size());
      group.rows.push_back({line + below, MarkedLabel(row), d});
    }
    if (group.rows.empty()) continue;
    line = group.rows.back().line + kGroupGap;
    groups.push_back(std::move(group));
  }
  return groups;
}

// 0: not told apart; 1: better; 2: worse.
int KindOf(const PairedDifference& d) {
  if (!d.test) return 0;
  return d.test->verdict == Verdict::kBetter ? 1 : d.test->verdict == Verdict::kWorse ? 2 : 0;
}

// The simultaneous interval or, of an older file, the interval alone.
Interval WidestOf(const PairedDifference& d) {
  return d.test && d.test->simultaneous ? *d.test->simultaneous : d.comparison.difference;
}

std::string LabelScript(const ForestRow& row) {
  const PairedDifference& d = *row.difference;
  const std::string place = ", first " + GnuplotNumber(row.line);
  std::string script = "set label " + GnuplotText(row.label, kLongestLabel) + " at graph -0.02" +
                       place + " right noenhanced\n";
  if (d.test)
    script += "set label '" + std::string(VerdictName(d.test->verdict)) + "' at graph 1.03" +
              place + " left tc rgb '" + (KindOf(d) > 0 ? "#000000" : kGrey) + "'\n";
  return script;
}

// A line of data: mean, line, the ends of both intervals, kind.
std::string ForestData(const ForestRow& row) {
  const PairedDifference& d = *row.difference;
  const Interval& own = d.comparison.difference;
  const Interval all = WidestOf(d);
  std::string text;
  for (const double value : {own.mean, row.line, own.low, own.high, all.low, all.high})
    text += GnuplotNumber(value) + " ";
  return text + std::to_string(KindOf(d)) + "\n";
}

// A heading, and the line of no difference beside the group's rows.
std::string GroupScript(const ForestGroup& group) {
  return "set label " + GnuplotText("against " + group.reference) + " at screen 0.02, first " +
         GnuplotNumber(group.line) + " left noenhanced\n" + "set arrow from 0, first " +
         GnuplotNumber(group.line + 0.5) + " to 0, first " +
         GnuplotNumber(group.rows.back().line + 0.5) + " nohead lw 0.8 lc rgb '" + kGrey + "'\n";
}

// Thin lines, thick lines, and dots, full ones where a test told two apart.
std::string PlotForest() {
  const std::string colour[] = {kGrey, kPalette[0], kPalette[1]};
  std::string dots;
  for (int kind = 0; kind < 3; ++kind) {
    const std::string of = "($7==" + std::to_string(kind) + " ? $1 : NaN)";
    const std::string style = " lc rgb '" + colour[kind] + "' notitle";
    dots += ", \\\n  $rows using " + of + ":2:5:6 with xerrorbars ps 0 lw 0.7" + style +
            ", \\\n  $rows using " + of + ":2:3:4 with xerrorbars ps 0 lw 2" + style +
            ", \\\n  $rows using " + of + ":2 with points pt 7 ps 0.55" + style;
  }
  return "plot " + dots.substr(dots.find("$rows")) +
         ", \\\n  $rows using ($7==0 ? $1 : NaN):2 with points pt 7 ps 0.3 lc rgb '#ffffff' "
         "notitle\n";
}

std::string AxisLabel(const std::vector<ForestGroup>& groups, const std::string& metric) {
  const auto& test = groups.front().rows.front().difference->test;
  std::string text = "difference in " + GnuplotMetric(metric) + "; 95% intervals";
  if (test && test->simultaneous && test->family > 1)
    text += ", thin: all " + std::to_string(test->family) + " together";
  return "'" + text + "'";
}

// The ends of the axis and the distance of its marks: 0 and all intervals, with a little room.
std::string AxisScript(const std::vector<ForestGroup>& groups) {
  double low = 0, high = 0;
  for (const ForestGroup& group : groups)
    for (const ForestRow& row : group.rows)
      for (const Interval& x : {row.difference->comparison.difference, WidestOf(*row.difference)}) {
        low = std::min(low, x.low);
        high = std::max(high, x.high);
      }
  const double room = high > low ? 0.03 * (high - low) : 1;
  return "set xrange [" + GnuplotNumber(low - room) + ":" + GnuplotNumber(high + room) +
         "]\nset xtics " + GnuplotNumber(TickStep(high - low + 2 * room, 4)) +
         " nomirror out scale 0.5\n";
}

}  // namespace

Drawing DifferencesFigure(const ReportInput& input) {
  const std::string claimed = ClaimedMetric(input.rows);
  const std::string metric = claimed.empty() ? "R_cum" : claimed;
  const std::vector<ForestGroup> groups = ForestGroups(input, metric);
  if (groups.empty())
    throw Error(ErrorKind::kConfig,
                "this comparison has no differences, since no row is held against another of its "
                "leave rule; name a row in `reference` of the comparison's file");
  int longest = 0;
  std::string data, labels;
  for (const ForestGroup& group : groups) {
    labels += GroupScript(group);
    for (const ForestRow& row : group.rows) {
      labels += LabelScript(row);
      data += ForestData(row);
      longest = std::max(longest, std::min(ShownLength(row.label), kLongestLabel));
    }
  }
  const double lines = groups.back().rows.back().line + 1.2;
  Drawing drawing{.height = kForestLineInches * lines + 0.44};
  const auto margin = [](const char* side, double inches, double of) {
    return std::string("set ") + side + "margin at screen " + GnuplotNumber(inches / of) + "\n";
  };
  drawing.script = "$rows << EOD\n" + data + "EOD\n" + labels +
                   margin("l", 0.1 + kCharacterInches * longest, drawing.width) +
                   margin("r", drawing.width - 0.56, drawing.width) +
                   margin("t", drawing.height - 0.02, drawing.height) +
                   margin("b", 0.42, drawing.height) + AxisScript(groups) +
                   "set border 1 lw 0.6\n"
                   "unset ytics\n"
                   "set minussign\n"
                   "set format x '%g'\n"
                   "set grid xtics lw 0.4 lc rgb '#d9d9d9' dt 1\n"
                   "set errorbars 0\n"
                   "set yrange [" +
                   GnuplotNumber(lines - 0.5) + ":-0.7]\nset label " + AxisLabel(groups, metric) +
                   " at screen 0.5, screen " + GnuplotNumber(0.1 / drawing.height) + " center\n" +
                   PlotForest();
  return drawing;
}

}  // namespace lerl
