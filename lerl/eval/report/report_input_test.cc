#include "lerl/eval/report/report_input.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/written_report.h"
#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SampleSession, TellsWhatWasPlannedShownAndLiked) {
  const Dataset dataset = DatasetOf({{0}, {1}, {}}, 2, 1);
  SessionLog log = LogOf({{{0, 2}, {1, 0}}}, 2);
  log.plan = {1, 0, 1, 1};
  log.responses = {1, 0, 0, 0};
  const SampleSession session = MakeSampleSession("lerl", 3, dataset, log, 0);
  EXPECT_EQ(session.user, "u0");
  EXPECT_THAT(session.steps[0].planned, ElementsAre("c0"));
  EXPECT_THAT(session.steps[1].planned, IsEmpty());  // all categories: no plan
  EXPECT_EQ(session.steps[0].items[0].title, "Item 0");
  EXPECT_TRUE(session.steps[0].items[0].liked);
  EXPECT_THAT(session.steps[0].items[1].categories, IsEmpty());
  EXPECT_TRUE(session.steps[1].repeat);
  EXPECT_EQ(session.end, "the user left");
}

TEST(ReportInput, ComesBackFromItsJson) {
  const ReportInput input = SampleReport(2);
  const auto path = ProcessFolder() / "report_input_test.json";
  WriteReportJson(path, input);
  EXPECT_EQ(nlohmann::json(ReadReportJson(path)), nlohmann::json(input));
}

TEST(ReportInput, OfAStudyComesBackFromItsJson) {
  ReportInput input = SampleReport(2);
  input.study = StudySection{.unfit = "AUC .51",
                             .question = "Does it?",
                             .lead = "Of 1 claim",
                             .sentences = {"Shown"},
                             .claims = {{"a < b", "shown", {1, 0.5, 1.5}, 0.1, true}},
                             .heat_maps = {{"R_cum", {"a"}, {"x", "y"}, {1.5, std::nullopt}}},
                             .failed = {"a, seed 1"}};
  const auto path = ProcessFolder() / "study_input_test.json";
  WriteReportJson(path, input);
  EXPECT_EQ(nlohmann::json(ReadReportJson(path)), nlohmann::json(input));
}

TEST(ReportInput, ReadsTheOneReferenceOfAnOlderFile) {
  nlohmann::json written = SampleReport(2);
  written.erase("references");
  for (nlohmann::json& row : written["rows"]) {
    row.erase("leave_rule");
    for (nlohmann::json& difference : row["differences"]) difference.erase("test");
  }
  const ReportInput read = written.get<ReportInput>();
  EXPECT_THAT(read.references, ElementsAre("random"));
  EXPECT_FALSE(read.rows[1].differences.at(0).test.has_value());
}

TEST(ReportInput, SaysWhereADamagedOrMissingFileIs) {
  const auto path = ProcessFolder() / "damaged_report.json";
  WriteFileWhole(path, "{\"title\": \"x\"");
  for (const auto& [file, kind] : {std::pair(path, ErrorKind::kCheckpoint),
                                   std::pair(path.parent_path() / "absent", ErrorKind::kNoRun)}) {
    try {
      ReadReportJson(file);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind);
      EXPECT_THAT(error.what(), testing::HasSubstr(file.string()));
    }
  }
}

}  // namespace
}  // namespace lerl
