#include "lerl/study/study_files.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_study.h"

namespace lerl {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class StudyFiles : public WrittenStudy {};

TEST_F(StudyFiles, HaveALinePerRowSeedUserAndMetric) {
  Dataset dataset;
  dataset.user_ids = {"u,1", "u2"};
  const std::string text = TidyCsv(plan_, outcome_, std::vector<const Dataset*>(4, &dataset));
  EXPECT_THAT(text, StartsWith("row,planner,agent,seed,user,metric,value\n"
                               "\"none, ppo\",none,ppo,1,\"u,1\",R_cum,0\n"
                               "\"none, ppo\",none,ppo,1,u2,R_cum,2\n"
                               "\"none, ppo\",none,ppo,2,\"u,1\",R_cum,1\n"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 1 + 3 * 2 * 2);
}

TEST_F(StudyFiles, HaveALinePerClaimRowAndCell) {
  EXPECT_THAT(
      VerdictsCsv(plan_, outcome_),
      AllOf(HasSubstr("R_cum,shown,2,1.5,2.5,0.002,0.004,2,0.2,0.2,1.1,0.75,0.5,1,0.7,9,2,\n"),
            HasSubstr("R_cum,not judged,,,,,,2,,,,,,,,,0,cells failed\n")));
  EXPECT_THAT(RowsCsv(plan_, outcome_),
              AllOf(HasSubstr("\"none, ppo\",none,ppo,2,2,R_cum,1,0,2,,,,3,1,3,false,true\n"),
                    HasSubstr("planned,by chance,0,2,R_cum,,,,,,,,,,false,false\n")));
  EXPECT_THAT(CellsCsv(plan_, outcome_),
              AllOf(HasSubstr("\"none, ppo\",1,finished,,\n"),
                    HasSubstr("\"planned, by chance\",2,failed,3,out of memory | killed\n")));
}

TEST_F(StudyFiles, HaveAsManyFieldsInEveryLine) {
  const std::string text = VerdictsCsv(plan_, outcome_);
  const std::string head = text.substr(0, text.find('\n'));
  const std::string last = text.substr(text.rfind('\n', text.size() - 2) + 1);
  EXPECT_EQ(std::ranges::count(head, ','), std::ranges::count(last, ','));
}

}  // namespace
}  // namespace lerl
