#include "lerl/study/study_design.h"

#include <gmock/gmock.h>

#include <set>

#include "lerl/base/error.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

StudyConfig ConfigOf(const std::string& design, const std::vector<size_t>& levels) {
  StudyConfig config;
  config.design = design;
  for (size_t f = 0; f < levels.size(); ++f)
    config.factors.push_back(
        {std::string(1, static_cast<char>('a' + f)), std::vector<StudyLevel>(levels[f])});
  return config;
}

TEST(DesignRows, FullIsEveryCombination) {
  EXPECT_THAT(DesignRows(ConfigOf("full", {2, 3})),
              ElementsAre(ElementsAre(0, 0), ElementsAre(0, 1), ElementsAre(0, 2),
                          ElementsAre(1, 0), ElementsAre(1, 1), ElementsAre(1, 2)));
}

TEST(DesignRows, OneAtATimeChangesTheFirstLevels) {
  EXPECT_THAT(
      DesignRows(ConfigOf("one_at_a_time", {2, 3})),
      ElementsAre(ElementsAre(0, 0), ElementsAre(1, 0), ElementsAre(0, 1), ElementsAre(0, 2)));
}

// 2^(4-1) with d = abc: the product of all four levels is +1 in every row.
TEST(DesignRows, FractionHoldsItsGenerators) {
  StudyConfig config = ConfigOf("fraction", {2, 2, 2, 2});
  config.generators = {"d = a * b * c"};
  const std::vector<LevelPlaces> rows = DesignRows(config);
  ASSERT_EQ(rows.size(), 8U);
  for (const LevelPlaces& row : rows) {
    int64_t product = 1;
    for (const int64_t level : row) product *= level == 0 ? -1 : 1;
    EXPECT_EQ(product, 1);
  }
  EXPECT_THAT(rows[0], ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(rows[1], ElementsAre(0, 0, 1, 1));
}

TEST(DesignAliases, OfResolutionFourAreInteractions) {
  StudyConfig config = ConfigOf("fraction", {2, 2, 2, 2});
  config.generators = {"d = a * b * c"};
  EXPECT_THAT(DesignAliases(config, DesignRows(config)),
              ElementsAre(HasSubstr("a x b = c x d"), HasSubstr("a x c = b x d"),
                          HasSubstr("a x d = b x c")));
}

TEST(DesignAliases, OfResolutionThreeAreMainEffectsToo) {
  StudyConfig config = ConfigOf("fraction", {2, 2, 2});
  config.generators = {"c = a * b"};
  EXPECT_THAT(DesignAliases(config, DesignRows(config)),
              ElementsAre(HasSubstr("a = b x c"), HasSubstr("b = a x c"), HasSubstr("c = a x b")));
}

TEST(DesignRows, RandomIsBalancedAndFollowsFromItsSeed) {
  StudyConfig config = ConfigOf("random", {2, 3, 4});
  config.rows = 12;
  const std::vector<LevelPlaces> rows = DesignRows(config);
  EXPECT_EQ(std::set<LevelPlaces>(rows.begin(), rows.end()).size(), 12U);
  for (size_t f = 0; f < 3; ++f) {
    std::vector<int> times(config.factors[f].levels.size());
    for (const LevelPlaces& row : rows) ++times[static_cast<size_t>(row[f])];
    for (const int n : times) EXPECT_EQ(n, 12 / static_cast<int>(times.size()));
  }
  EXPECT_EQ(DesignRows(config), rows);
  config.design_seed = 2;
  EXPECT_NE(DesignRows(config), rows);
}

TEST(DesignRows, ThatCantBeMadeAreRefused) {
  const auto refusal = [](const StudyConfig& config) {
    return ErrorOf(ErrorKind::kConfig, [&] { DesignRows(config); });
  };
  StudyConfig config = ConfigOf("fraction", {2, 2, 3});
  EXPECT_THAT(refusal(config), HasSubstr("two-level factors"));
  config = ConfigOf("fraction", {2, 2, 2});
  EXPECT_THAT(refusal(config), HasSubstr("generators is empty"));
  config.generators = {"c = a * x"};
  EXPECT_THAT(refusal(config), HasSubstr("no factor 'x'"));
  config.generators = {"c = a * c"};
  EXPECT_THAT(refusal(config), HasSubstr("right sides"));
  config = ConfigOf("random", {2, 2});
  config.rows = 5;
  EXPECT_THAT(refusal(config), HasSubstr("it must be 2 to 4"));
}

}  // namespace
}  // namespace lerl
