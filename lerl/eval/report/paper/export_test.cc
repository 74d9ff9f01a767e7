#include "lerl/eval/report/paper/export.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "lerl/base/error.h"
#include "lerl/eval/report/paper/latex_table.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/hostile_names.h"
#include "lerl/testing/written_report.h"

namespace lerl {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Export, IsRefusedBeforeTheWorkWhereTheNameSaysNothing) {
  for (const char* name :
       {"table.tex", "a/b.tex", "curves.svg", "fig-2_differences.png", "differences.pdf"})
    EXPECT_NO_THROW(RequireExport(name)) << name;
  EXPECT_THAT(
      ErrorOf(ErrorKind::kUsage, [] { RequireExport("a/figure.bmp"); }),
      HasSubstr("--export a/figure.bmp: nothing is written that ends so; .tex is the table, "
                ".svg, .png and .pdf are figures"));
  for (const char* name : {"figure.svg", "curves_and_differences.svg"})
    EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [name] { RequireExport(name); }),
                HasSubstr("`curves` and `differences`"));
  EXPECT_THROW(RequireExport("differences"), Error);
}

TEST(Export, OfTexIsTheTable) {
  const ReportInput input = SampleReport(2);
  EXPECT_EQ(ExportBytes(input, "x/any.tex"), LatexTable(input));
}

TEST(Export, NamesTheFileThatIsNotDrawn) {
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [] { ExportBytes(SampleReport(2), "x/curves.svg"); }),
              StartsWith("x/curves.svg: this comparison has no learning curves"));
}

TEST(Export, DrawsBothFiguresOfHostileNames) {
  if (std::system("command -v gnuplot > /dev/null") != 0)
    GTEST_SKIP() << "gnuplot is not installed; nothing was drawn";
  ReportInput input = SampleReport();
  const std::vector<std::string> names = HostileNames("x");
  for (size_t i = 0; i < input.rows.size(); ++i) {
    std::string& policy = input.rows[i].policy;
    const std::string name = names[i % names.size()];
    for (LearningCurve& curve : input.curves)
      if (curve.policy == policy) curve.policy = name;
    policy = name;
  }
  for (const char* name : {"curves.svg", "differences.svg"})
    EXPECT_THAT(ExportBytes(input, name), HasSubstr(AsSvgShows(names[3]))) << name;
  EXPECT_THAT(ExportBytes(input, "differences.png"), StartsWith("\x89PNG"));
}

}  // namespace
}  // namespace lerl
