#include "lerl/study/study_analysis.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "lerl/base/version.h"
#include "lerl/testing/small_study.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class StudyAnalysis : public StudyTest {
 protected:
  static nlohmann::json Of(const StudyPlan& plan) {
    return AnalysisOf(plan, HeldOut::kTest,
                      std::vector<std::string>(plan.comparison.rows.size(), "data"));
  }
  const fs::path out_ = folder_.path() / "out";
};

TEST_F(StudyAnalysis, SaysWhatWillBeDone) {
  const nlohmann::json analysis = Of(PlanOf());
  EXPECT_EQ(analysis["rows"].size(), 4U);
  EXPECT_EQ(analysis["rows"][3]["levels"]["agent"], "by chance");
  EXPECT_EQ(analysis["seeds"], nlohmann::json({1, 2}));
  EXPECT_EQ(analysis["claims"][0]["level"][0], "planned, ppo");
  EXPECT_EQ(analysis["commit"], Commit());
  EXPECT_EQ(analysis["held_out"], "test");
}

TEST_F(StudyAnalysis, OfTheSameStudyIsTakenUpAgain) {
  RegisterAnalysis(out_, Of(PlanOf()));
  nlohmann::json again = Of(PlanOf());
  again["machine"] = "another one";
  again["written"] = "tomorrow";
  RegisterAnalysis(out_, again);
}

TEST_F(StudyAnalysis, OfAnotherStudyIsRefusedWithWhatDiffersAndWhereToGo) {
  RegisterAnalysis(out_, Of(PlanOf()));
  const auto refusal = [&](const nlohmann::json& analysis) {
    return ErrorOf(ErrorKind::kConfig, [&] { RegisterAnalysis(out_, analysis); });
  };
  const StudyPlan more = PlanOf(kStudyHead, kStudyFactors, kStudyClaim, {"train.seeds=[1,2,3]"});
  EXPECT_THAT(refusal(Of(more)), AllOf(HasSubstr("seeds (was [1,2], is [1,2,3])"),
                                       HasSubstr("--out " + out_.string() + "-2")));
  const StudyPlan margin =
      PlanOf(kStudyHead, kStudyFactors, std::string(kStudyClaim) + "margin = 0.1\n");
  EXPECT_THAT(refusal(Of(margin)), HasSubstr("claims 1 (planned is better"));
  nlohmann::json commit = Of(PlanOf());
  commit["commit"] = "0123456789ab";
  EXPECT_THAT(refusal(commit), HasSubstr("commit (was"));
}

TEST_F(StudyAnalysis, ComesBeforeTheFirstCell) {
  fs::create_directories(out_ / "ppo+none-01234567" / "seed-1");
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [&] { RegisterAnalysis(out_, Of(PlanOf())); }),
              HasSubstr("cells ran before"));
}

TEST_F(StudyAnalysis, ThatIsDamagedIsRefused) {
  folder_.Write("out/analysis.json", "{\"title\": ");
  EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { RegisterAnalysis(out_, Of(PlanOf())); }),
              HasSubstr("damaged"));
}

TEST_F(StudyAnalysis, DiffersInWhatCounts) {
  const nlohmann::json was = {{"commit", "a"}, {"machine", "m"}, {"seeds", {1, 2}}};
  EXPECT_THAT(AnalysisDifferences(was, was), IsEmpty());
  nlohmann::json is = was;
  is["machine"] = "n";
  EXPECT_THAT(AnalysisDifferences(was, is), IsEmpty());
  is["commit"] = "b";
  EXPECT_THAT(AnalysisDifferences(was, is), ElementsAre("commit (was \"a\", is \"b\")"));
}

}  // namespace
}  // namespace lerl
