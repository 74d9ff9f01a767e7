#include "lerl/study/study_text.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_study.h"

namespace lerl {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class StudyTexts : public WrittenStudy {};

TEST_F(StudyTexts, SayOfEachClaimHowSureItIs) {
  EXPECT_EQ(VerdictCount(outcome_), "Of 2 claims 1 are shown, 1 could not be judged.");
  EXPECT_THAT(
      FindingSentences(plan_, outcome_),
      ElementsAre("Shown: planned is better than none in R_cum (agent: ppo). Difference +2.000 "
                  "[1.500, 2.500], corrected p .004, probability of improvement 0.750. The "
                  "smallest effect that this design shows is 0.700; for the 0.200 (2%) looked for "
                  "it takes 9 seeds, and there were 2.",
                  "Not judged: planned is better than none in R_cum (agent: by chance). cells "
                  "failed."));
}

TEST_F(StudyTexts, ShowFailedCellsAndProvenance) {
  const std::string text = StudyMarkdown(plan_, outcome_);
  EXPECT_THAT(text, StartsWith("# Tiny\n\nDo plans help?\n\n## Verdicts\n"));
  EXPECT_THAT(text,
              AllOf(HasSubstr("| planned, by chance | 2 | 3 | out of memory \\| killed |"),
                    HasSubstr("| planned, by chance | 0 of 2 | failed |"),
                    HasSubstr("Commit 0123456789ab"), HasSubstr("registered in analysis.json")));
}

TEST_F(StudyTexts, BeginWithAnUnfitSimulator) {
  outcome_.unfit = "AUC .51";
  EXPECT_THAT(StudyMarkdown(plan_, outcome_), StartsWith("**The simulator is unfit"));
  outcome_.failed.clear();
  EXPECT_THAT(StudyMarkdown(plan_, outcome_), Not(HasSubstr("Failed cells")));
}

TEST(StudyNumber, HasAboutFourDigits) {
  EXPECT_EQ(StudyNumber(1.23456), "1.235");
  EXPECT_EQ(StudyNumber(-12.3456), "-12.35");
  EXPECT_EQ(StudyNumber(1234.56), "1234.6");
  EXPECT_EQ(StudyP(0.0001), "<.001");
  EXPECT_EQ(StudyP(0.0312), ".031");
}

}  // namespace
}  // namespace lerl
