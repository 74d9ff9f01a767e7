#include "lerl/eval/report/paper/metric_text.h"

#include <gmock/gmock.h>

#include "lerl/eval/metrics/registry.h"

namespace lerl {
namespace {

TEST(MetricText, SetsALetterWithAnIndexAndWordsAsWords) {
  EXPECT_EQ(GnuplotMetric("R_cum"), "R_{cum}");
  EXPECT_EQ(LatexMetric("T_int"), "$T_{\\mathrm{int}}$");
  EXPECT_EQ(GnuplotMetric("category_entropy"), "category entropy");
  EXPECT_EQ(LatexMetric("R_cum_drawn"), "R cum drawn");
  EXPECT_EQ(LatexMetric("coverage"), "coverage");
}

TEST(MetricText, LeavesOutWhatCouldBeMarkup) {
  EXPECT_EQ(GnuplotMetric("R_{'; system 'x'\\@^}"), "R  system x");
  EXPECT_EQ(LatexMetric("a\\input{x}$&%"), "ainputx");
}

TEST(MetricText, KeepsEveryMetricApart) {
  std::vector<std::string> shown;
  for (const Metric& metric : Metrics()) shown.push_back(LatexMetric(metric.name));
  std::sort(shown.begin(), shown.end());
  EXPECT_EQ(std::adjacent_find(shown.begin(), shown.end()), shown.end());
}

}  // namespace
}  // namespace lerl
