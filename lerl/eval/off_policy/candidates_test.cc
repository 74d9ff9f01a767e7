#include "lerl/eval/off_policy/candidates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;

// Four decisions, not in the order of time; the first two by time are the second and the third row.
class Candidates : public testing::Test {
 protected:
  ReadLogResult Read(const std::string& name, const std::string& rows,
                     const std::vector<std::string>& known = {}) {
    return ReadLoggedRows(folder_.Write(name, "action,reward,propensity,position,time\n" + rows),
                          {.time = "time", .position = "position"}, known);
  }
  TestFolder folder_;
  const ReadLogResult read_ = Read("log.csv", "a,1,.5,1,9\nb,0,.25,1,1\na,1,.5,2,2\nb,1,.25,2,5\n");
};

TEST_F(Candidates, TheFirstByTimeAreLearnedFrom) {
  const TrainAndJudge parts = SplitByTime(read_, .5);
  EXPECT_THAT(parts.train.log.reward, ElementsAre(0, 1));
  EXPECT_THAT(parts.judge.log.reward, ElementsAre(1, 1));
  EXPECT_THAT(parts.judge.position, ElementsAre(0, 1));
  EXPECT_EQ(parts.judge.log.units, 2);
  EXPECT_THAT(parts.judge.log.groups, ElementsAre(0, 1, 2));
  EXPECT_THAT(ErrorOf(ErrorKind::kUnusable, [&] { SplitByTime(read_, .1); }),
              HasSubstr("too few rows"));
}

TEST_F(Candidates, ByTheActionsAlone) {
  EXPECT_THAT(LoggedPolicy(read_).of_logged, ElementsAre(.5, .25, .5, .25));
  EXPECT_THAT(UniformPolicy(read_).of_logged, ElementsAre(.5, .5, .5, .5));
  // Of the whole log the mean is .75: a (7.5 + 2) / 12, b (7.5 + 1) / 12.
  const JudgedPolicy popularity = PopularityPolicy(read_, read_.log);
  EXPECT_THAT(popularity.distributions[0], Pointwise(DoubleNear(1e-12), {9.5 / 18, 8.5 / 18}));
  EXPECT_THAT(BestPolicy(read_, read_.log).of_logged, ElementsAre(1, 0, 1, 0));
}

// The other log shows at the first position a twice and b once, and nothing at the second.
TEST_F(Candidates, ThePolicyOfAnotherLogIsCounted) {
  const ReadLogResult other = Read("other.csv", "a,0,.5,1,1\na,1,.5,1,2\nb,1,.5,1,3\n", {"a", "b"});
  const JudgedPolicy policy = PolicyOfLog(read_, other);
  EXPECT_THAT(policy.of_logged, Pointwise(DoubleNear(1e-12), {3 / 5., 2 / 5., .5, .5}));
  EXPECT_NEAR(policy.truth.value_or(0), 2 / 3.0, 1e-12);
}

}  // namespace
}  // namespace lerl
