#include "lerl/eval/report/report.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/eval/tables/headline.h"
#include "lerl/eval/tables/verdict_text.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/written_report.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// The text of the page's data element.
std::string DataOf(const std::string& html) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const size_t begin = html.find(open) + open.size();
  return html.substr(begin, html.find("</script>", begin) - begin);
}

TEST(Report, HoldsItsDataEscaped) {
  const ReportInput input = SampleReport();
  const std::string html = ReportHtml(input);
  EXPECT_THAT(html, HasSubstr("<title>Sample &lt;comparison&gt; &amp; report</title>"));
  EXPECT_THAT(DataOf(html), Not(HasSubstr("<")));
  const auto shown = nlohmann::json::parse(DataOf(html)).get<ReportInput>();
  EXPECT_EQ(nlohmann::json(shown), nlohmann::json(input));
}

TEST(Report, ShowsTheVerdictsThatTheTableShows) {
  const ReportInput input = SampleReport();
  const auto data = nlohmann::json::parse(DataOf(ReportHtml(input)));
  EXPECT_EQ(data["claimed"], "R_cum");
  EXPECT_EQ(data["headline"], Headline(input.rows));
  EXPECT_EQ(data["verdicts"], VerdictSentences(input.rows, input.references));
  EXPECT_EQ(data["verdicts"].size(), 2) << "one for each reference";
  EXPECT_EQ(data["verdict_lead"], VerdictLead(input.rows));
  EXPECT_EQ(data["smallest_difference"], SmallestDifferenceText(input.rows));
}

TEST(Report, LoadsNothingFromElsewhere) {
  const std::string html = ReportHtml(SampleReport(2));
  for (const char* part : {"<link", "src=\"http", "@import", "url(http"}) {
    EXPECT_THAT(html, Not(HasSubstr(part)));
  }
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
}

TEST(Report, IsWrittenWholeOrNotAtAll) {
  const fs::path folder = ProcessFolder() / "report_file_in_the_way";
  WriteFileWhole(folder, "");
  EXPECT_THROW(WriteReport(SampleReport(2), folder / "report.html"), Error);
}

TEST(Report, DrawsEveryChartInABrowser) {
  if (std::system("command -v chromium > /dev/null") != 0) {
    GTEST_SKIP() << "chromium is not installed; the charts were not drawn";
  }
  const fs::path folder = ProcessFolder() / "report_test";
  ReportInput input = SampleReport();
  input.rows[0].looks = 3;
  input.rows[1].stale = "played at 0123";
  WriteReport(input, folder / "report.html");
  const std::string command =
      "chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
      "--disable-background-networking --disable-component-update --disable-sync "
      "--virtual-time-budget=20000 --user-data-dir=" +
      (folder / "profile").string() + " --dump-dom file://" + (folder / "report.html").string() +
      " > " + (folder / "dom.html").string() + " 2> " + (folder / "log.txt").string();
  ASSERT_EQ(std::system(command.c_str()), 0) << ReadFile(folder / "log.txt");
  const std::string dom = ReadFile(folder / "dom.html");
  EXPECT_THAT(dom, HasSubstr("data-ready=\"true\""));
  EXPECT_THAT(dom, Not(HasSubstr("class=\"error\"")));
  const std::string body = dom.substr(0, dom.find("<script type=\"application/json\""));
  EXPECT_THAT(body, HasSubstr(input.rows[1].policy + ": stale, not made by this program"));
  EXPECT_THAT(body, HasSubstr(" test users (looks: 3) "));
  size_t charts = 0;
  const std::string chart = "role=\"img\"";
  for (size_t at = 0; (at = body.find(chart, at)) != std::string::npos; ++at) ++charts;
  // 2 differences against each of 2 references and 7 metrics; 2 x 8 learning curves; 11 x 2
  // sessions; planners; 2 calibrations.
  EXPECT_EQ(charts, 11u + 16 + 22 + 1 + 2);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace lerl
