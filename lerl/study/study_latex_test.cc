#include "lerl/study/study_latex.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_study.h"

namespace lerl {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class StudyLatexTables : public WrittenStudy {};

TEST_F(StudyLatexTables, HaveClaimsAndRows) {
  EXPECT_THAT(
      StudyLatex(plan_, outcome_),
      AllOf(HasSubstr("in R\\_cum (agent: ppo) & shown & $+2.000$ {\\scriptsize "
                      "$[1.500,\\,2.500]$} & $.004$ & 0.700 & 9 \\\\"),
            HasSubstr("(agent: by chance) & not judged & -- & -- & -- & -- \\\\"),
            HasSubstr("planned, by chance & 0 & failed & -- & -- \\\\"), HasSubstr("\\toprule")));
}

TEST_F(StudyLatexTables, SayThatTheSimulatorIsUnfit) {
  EXPECT_THAT(StudyLatex(plan_, outcome_), Not(HasSubstr("unfit")));
  outcome_.unfit = "AUC 50%";
  EXPECT_THAT(StudyLatex(plan_, outcome_), HasSubstr("AUC 50\\%"));
}

}  // namespace
}  // namespace lerl
