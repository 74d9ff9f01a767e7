#include "lerl/serve/recommender_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/error.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

TEST(RecommenderConfig, TakesRunsOfDifferentNamesWithShadowsAmongThem) {
  const std::vector<NamedRun> runs = {{"a", "x"}, {"b", "x"}, {"c", "x"}};
  RecommenderConfig config;
  CheckRuns(runs, config);
  config.shadows = {"c"};
  config.experiment.shares = {0.5, 0.5, 0};
  CheckRuns(runs, config);
  EXPECT_TRUE(config.IsShadow("c"));
  EXPECT_FALSE(config.IsShadow("b"));
}

TEST(RecommenderConfig, RefusesRunsOfOneName) {
  const std::vector<NamedRun> runs = {{"a", "x"}, {"a", "y"}};
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { CheckRuns(runs, {}); }),
              HasSubstr("two policies are named a"));
}

TEST(RecommenderConfig, RefusesShadowsThatCanNotBe) {
  const std::vector<NamedRun> runs = {{"a", "x"}, {"b", "x"}};
  const auto why = [&](const std::string& shadow, const std::vector<double>& shares) {
    RecommenderConfig config;
    config.shadows = {shadow};
    config.experiment.shares = shares;
    return ErrorOf(ErrorKind::kConfig, [&] { CheckRuns(runs, config); });
  };
  EXPECT_THAT(why("c", {}), HasSubstr("c is not served"));
  EXPECT_THAT(why("a", {}), HasSubstr("a is the first policy"));
  EXPECT_THAT(why("b", {0.9, 0.1}), HasSubstr("b has a share of the users"));
}

TEST(RecommenderConfig, RefusesAnApprenticeBesideASplitAndTheNameOfTheProduct) {
  std::vector<NamedRun> runs = {{"a", "x"}, {"b", "x"}};
  RecommenderConfig config;
  config.apprentice.agreement = 0.5;
  CheckRuns(runs, config);
  config.experiment.shares = {0.5, 0.5};
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [&] { CheckRuns(runs, config); }),
              HasSubstr("no apprentice"));
  runs[1].name = "product";
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { CheckRuns(runs, {}); }), HasSubstr("product"));
}

}  // namespace
}  // namespace lerl
