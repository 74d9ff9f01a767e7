#include "lerl/study/study_config.h"

#include <gmock/gmock.h>

#include "lerl/testing/small_study.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StudyFile : public StudyTest {};

TEST_F(StudyFile, HasFactorsWithLevelsAndClaims) {
  const StudyConfig config = ReadStudy(
      WriteStudy(std::string(kStudyHead) + kStudyFactors + kStudyClaim), {"env.budget=5"});
  EXPECT_EQ(config.title, "Tiny");
  ASSERT_EQ(config.factors.size(), 2U);
  EXPECT_EQ(config.factors[0].name, "planner");
  EXPECT_EQ(config.factors[0].levels[1].name, "planned");
  EXPECT_THAT(config.factors[0].levels[1].settings,
              ElementsAre(HasSubstr("round_robin"), "env.budget=5"))
      << "what the command sets wins over the level";
  ASSERT_EQ(config.claims.size(), 1U);
  EXPECT_EQ(config.claims[0].text, "planned is better than none in R_cum");
  EXPECT_EQ(config.claims[0].metric, "R_cum");
  EXPECT_EQ(config.claims[0].margin, config.margin);
}

TEST_F(StudyFile, ThatIsNoStudySaysWhatItIs) {
  EXPECT_THAT(
      ErrorOf(ErrorKind::kConfig, [&] { ReadStudy(folder_.Write("rows.toml", kComparisonRows)); }),
      HasSubstr("`lerl compare --config` takes it"));
}

TEST_F(StudyFile, WithoutAPartIsRefused) {
  EXPECT_THAT(RefusalOf("title = \"x\"\n"), HasSubstr("base is missing"));
  EXPECT_THAT(RefusalOf(kStudyHead, kStudyFactors, ""), HasSubstr("no [[claim]]"));
  EXPECT_THAT(RefusalOf(kStudyHead, "[[factor]]\nname = \"a\"\n[[factor.level]]\nname = \"x\"\n"),
              HasSubstr("needs at least two"));
  EXPECT_THAT(RefusalOf(std::string(kStudyHead) + "colour = 1\n"), HasSubstr("colour"));
}

TEST_F(StudyFile, WithAWrongClaimIsRefused) {
  const auto refusal = [&](const std::string& lines) {
    return RefusalOf(kStudyHead, kStudyFactors, "[[claim]]\n" + lines);
  };
  EXPECT_THAT(refusal("factor = \"planer\"\nlevel = \"a\"\nagainst = \"b\""),
              HasSubstr("no factor 'planer'; these are: planner, agent"));
  EXPECT_THAT(refusal("factor = \"planner\"\nlevel = \"none\"\nagainst = \"llm\""),
              HasSubstr("has no level 'llm'; these are: none, planned"));
  EXPECT_THAT(refusal("factor = \"planner\"\nlevel = \"none\"\nagainst = \"none\""),
              HasSubstr("against itself"));
  EXPECT_THAT(refusal("factor = \"planner\"\nlevel = \"none\"\nagainst = \"planned\"\n"
                      "within = [\"agent\"]"),
              HasSubstr("no '='"));
  EXPECT_THAT(refusal("factor = \"planner\"\nlevel = \"none\"\nagainst = \"planned\"\n"
                      "metric = \"R_cumm\""),
              HasSubstr("R_cumm"));
}

TEST_F(StudyFile, ExtendsAnother) {
  folder_.Write("low/below.toml", std::string("base = \"../base.toml\"\ntitle = \"Below\"\n") +
                                      kStudyFactors + kStudyClaim);
  const StudyConfig config = ReadStudy(WriteStudy(R"(title = "Mine"
extends = "low/below.toml"
[[factor]]
name = "planner"
[[factor.level]]
name = "mine"
planner.name = "random"
[[claim]]
factor = "planner"
level = "mine"
against = "planned"
)"));
  EXPECT_EQ(config.title, "Mine");
  EXPECT_EQ(config.base, (folder_.path() / "base.toml").string());
  ASSERT_EQ(config.factors.size(), 2U);
  EXPECT_EQ(config.factors[0].levels.size(), 3U);
  EXPECT_EQ(config.claims.size(), 2U);
  EXPECT_EQ(MakeStudyPlan(config).comparison.rows.size(), 6U);
}

TEST_F(StudyFile, ThatExtendsItselfIsRefused) {
  EXPECT_THAT(
      ErrorOf(ErrorKind::kConfig, [&] { ReadStudy(WriteStudy("extends = \"study.toml\"\n")); }),
      HasSubstr("in a circle"));
}

TEST(SplitEquation, GivesBothSidesWithoutBlanks) {
  EXPECT_EQ(SplitEquation(" a = b * c ", "x"), (std::pair<std::string, std::string>("a", "b * c")));
}

}  // namespace
}  // namespace lerl
