#include "lerl/study/study_page.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_study.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StudyPages : public WrittenStudy {};

TEST_F(StudyPages, BeginWithVerdictsAndHaveAHeatMapOfTheFactors) {
  const StudySection section = SectionOf(plan_, outcome_);
  EXPECT_THAT(section.lead, HasSubstr("Of 2 claims 1 are shown"));
  ASSERT_EQ(section.claims.size(), 2U);
  EXPECT_EQ(section.claims[0].verdict, "shown");
  EXPECT_FALSE(section.claims[1].judged);
  EXPECT_EQ(section.failed.size(), 2U);
  ASSERT_EQ(section.heat_maps.size(), 1U);
  const HeatMap& map = section.heat_maps[0];
  EXPECT_THAT(map.rows, ElementsAre("none", "planned"));
  EXPECT_THAT(map.columns, ElementsAre("ppo", "by chance"));
  EXPECT_THAT(map.values, ElementsAre(1.0, 2.0, 3.0, std::nullopt));
}

}  // namespace
}  // namespace lerl
