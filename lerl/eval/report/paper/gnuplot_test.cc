#include "lerl/eval/report/paper/gnuplot.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "lerl/base/error.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/hostile_names.h"

namespace lerl {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Gnuplot is a program of its own; where it is missing its pictures are not looked at.
bool HasGnuplot() { return std::system("command -v gnuplot > /dev/null") == 0; }

std::string GnuplotError(const Drawing& drawing) {
  return ErrorOf(ErrorKind::kIo, [&] { Draw(drawing, PictureKind::kSvg); });
}

TEST(GnuplotText, StandsInSingleQuotesWithoutControlCharacters) {
  EXPECT_EQ(GnuplotText("ppo + \"random\" \\n $x_1 `x`"), "'ppo + \"random\" \\n $x_1 `x`'");
  EXPECT_EQ(GnuplotText("it's ''"), "'it’s ’’'");
  EXPECT_EQ(GnuplotText("a\nsystem 'b'\t\x01"), "'a system ’b’  '");
}

TEST(GnuplotText, IsCutBetweenCharacters) {
  EXPECT_EQ(GnuplotText("äöüäöü", 6), "'äöüäöü'");
  EXPECT_EQ(GnuplotText("äöüäöüä", 6), "'äöü...'");
  EXPECT_EQ(GnuplotText("'''''''", 6), "'’’’...'");
}

TEST(TickStep, IsARoundNumber) {
  EXPECT_DOUBLE_EQ(TickStep(131072, 3), 50000);
  EXPECT_DOUBLE_EQ(TickStep(3, 3), 1);
  EXPECT_DOUBLE_EQ(TickStep(0.9, 4), 0.5);
  EXPECT_DOUBLE_EQ(TickStep(39, 4), 10);
}

TEST(Draw, ShowsNamesAsTheyAreAndRunsNothingOfThem) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed; nothing was drawn";
  const TestFolder folder;
  const std::filesystem::path touched = folder.path() / "ran";
  Drawing drawing{.script = "set key noenhanced\n"};
  int number = 0;
  const std::vector<std::string> names = HostileNames("touch " + touched.string());
  for (const std::string& name : names)
    drawing.script += "set label " + GnuplotText(name, 200) + " at graph 0,0." +
                      std::to_string(++number) + " noenhanced\n";
  drawing.script += "plot 0 title " + GnuplotText(names[0], 200) + " noenhanced\n";
  const std::string svg = Draw(drawing, PictureKind::kSvg);
  EXPECT_FALSE(std::filesystem::exists(touched));
  for (const std::string& name : names) EXPECT_THAT(svg, HasSubstr(AsSvgShows(name)));
}

TEST(Draw, MakesEachKindOfPicture) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed; nothing was drawn";
  const Drawing drawing{.width = 3, .height = 2, .script = "plot x title 'a line'\n"};
  const std::string svg = Draw(drawing, PictureKind::kSvg);
  EXPECT_THAT(svg, HasSubstr("width=\"288\" height=\"192\""));
  EXPECT_THAT(svg, HasSubstr(">a line<")) << "text stays text";
  const std::string png = Draw(drawing, PictureKind::kPng);
  EXPECT_THAT(png, StartsWith("\x89PNG\r\n\x1a\n"));
  EXPECT_EQ(png.substr(16, 8), std::string("\0\0\x03\x84\0\0\x02\x58", 8)) << "900 x 600";
  EXPECT_EQ(png.substr(37, 13), std::string("pHYs\0\0\x2e\x23\0\0\x2e\x23\x01", 13));
  EXPECT_THAT(Draw(drawing, PictureKind::kPdf), StartsWith("%PDF-"));
}

TEST(Draw, SaysInOneLineWhatGnuplotComplainsOf) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed; nothing was drawn";
  const std::string error = GnuplotError({.script = "plot x\nplot nothing_of_that_name\n"});
  EXPECT_THAT(error, HasSubstr("gnuplot"));
  EXPECT_THAT(error, HasSubstr("nothing_of_that_name"));
  EXPECT_THAT(error, Not(HasSubstr("\n")));
}

TEST(Draw, NamesThePackageWhereGnuplotIsMissing) {
  const ScopedVariable path("PATH", "/nowhere");
  const std::string error = GnuplotError({.script = "plot x\n"});
  EXPECT_THAT(error, HasSubstr("is not installed"));
  EXPECT_THAT(error, HasSubstr("gnuplot-nox"));
}

}  // namespace
}  // namespace lerl
