#include "lerl/eval/sim_audit/sim_audit_table.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

SimAudit AuditOf(double deciding, double other) {
  const LightBounds bounds{.green = 0.7, .yellow = 0.6};
  return {.simulator = "whole_session on ml-100k",
          .hash = "0123",
          .command = "lerl sim audit --config x.toml",
          .commit = "abc",
          .users = 94,
          .seeds = 3,
          .figures = {{.check = "held-out fit",
                       .name = "AUC of like",
                       .group = "all users",
                       .value = Interval{deciding, 0.61, 0.9},
                       .bounds = bounds,
                       .decides = true},
                      {.check = "spread",
                       .name = "B",
                       .value = Interval{other, other, other},
                       .bounds = bounds,
                       .note = "a note"}}};
}

TEST(SimAuditTable, SaysTheVerdictFirst) {
  EXPECT_EQ(VerdictLine(AuditOf(0.8, 0.8)), "FIT to compare policies in: whole_session on ml-100k");
  EXPECT_EQ(SimAuditText(AuditOf(0.8, 0.1)).find("FIT WITH LIMITS"), 0u);
  EXPECT_EQ(SimAuditMarkdown(AuditOf(0.1, 0.8)).find("**UNFIT to compare policies in"), 0u);
  EXPECT_NE(VerdictLine(AuditOf(0.1, 0.8)).find("red: AUC of like, all users"), std::string::npos);
}

TEST(SimAuditTable, ShowsLightsWithTheirFiguresAndBounds) {
  const std::string page = SimAuditMarkdown(AuditOf(0.65, 0.1));
  EXPECT_NE(
      page.find("| yellow, decides | AUC of like, all users | 0.650 [0.610, 0.900] | at least "
                "0.70 (yellow 0.60) |"),
      std::string::npos)
      << page;
  EXPECT_NE(page.find("| red | B (a note) | 0.100 |"), std::string::npos);
  EXPECT_NE(page.find("0 green, 1 yellow, 1 red; 94 validation users, 3 seeds"), std::string::npos);
}

TEST(SimAuditTable, LimitsNameWhatIsRed) {
  EXPECT_NE(SimAuditLimits(AuditOf(0.8, 0.1)).back().find("whose light is red: B."),
            std::string::npos);
  EXPECT_EQ(SimAuditLimits(AuditOf(0.8, 0.8)).size(), 4u);
}

TEST(SimAuditTable, LinesOfThePageThatAreNoRowsAreShort) {
  SimAudit audit = AuditOf(0.8, 0.1);
  audit.figures[1].name = "a name that is long enough for the sentence of its limit to be cut";
  const std::string page = SimAuditMarkdown(audit);
  for (size_t begin = 0; begin < page.size();) {
    const size_t end = page.find('\n', begin);
    if (page[begin] != '|') {
      EXPECT_LE(end - begin, 118u) << page.substr(begin, end - begin);
    }
    begin = end + 1;
  }
}

TEST(SimAuditTable, ASmokeRunSaysThatItProvesNothing) {
  SimAudit audit = AuditOf(0.8, 0.8);
  audit.smoke = true;
  EXPECT_NE(VerdictLine(audit).find("SMOKE RUN"), std::string::npos);
}

}  // namespace
}  // namespace lerl
