#include "lerl/eval/off_policy/read_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ReadLog : public testing::Test {
 protected:
  ReadLogResult Read(const std::string& text, const LogColumns& columns = {},
                     const std::string& name = "log.csv") {
    return ReadLoggedRows(folder_.Write(name, text), columns);
  }
  std::string FaultOf(const std::string& text, const LogColumns& columns = {}) {
    return ErrorOf(ErrorKind::kData, [&] { Read(text, columns); });
  }
  TestFolder folder_;
};

TEST_F(ReadLog, Decisions) {
  const ReadLogResult read = Read(
      "action,reward,propensity,who,pi,age\n"
      "x,1,0.5,u,0.2,young\n"
      "y,0,0.25,v,\"0.8\",old\n"
      "x,2,0.5,u,1,old\n",
      {.user = "who", .context = {"age"}, .policies = {"pi"}});
  EXPECT_EQ(read.log.kind, LogKind::kDecisions);
  EXPECT_THAT(read.log.actions, ElementsAre("x", "y"));
  EXPECT_THAT(read.log.action, ElementsAre(0, 1, 0));
  EXPECT_THAT(read.log.unit, ElementsAre(0, 1, 0));
  EXPECT_EQ(read.log.units, 2);
  EXPECT_THAT(read.log.groups, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(read.log.propensity, ElementsAre(.5, .25, .5));
  EXPECT_EQ(read.log.width, 3);
  EXPECT_THAT(read.log.features, ElementsAre(1, 0, 1, 1, 1, 0, 1, 1, 0));  // old, young
  EXPECT_THAT(read.policies[0].of_logged, ElementsAre(.2, .8, 1));
}

TEST_F(ReadLog, SessionsAreInTheOrderOfTheirSteps) {
  const ReadLogResult read = Read(
      "{\"action\": \"a\", \"reward\": 1, \"propensity\": [0.5, 0.5], \"s\": \"p\", \"t\": 2}\n"
      "{\"action\": \"b\", \"reward\": 2, \"propensity\": [0.1, 0.9], \"s\": \"q\", \"t\": 1}\n"
      "{\"action\": \"b\", \"reward\": 3, \"propensity\": [0.5, 0.5], \"s\": \"p\", \"t\": 1}\n",
      {.session = "s", .step = "t"}, "log.jsonl");
  EXPECT_EQ(read.log.kind, LogKind::kSessions);
  EXPECT_THAT(read.log.reward, ElementsAre(3, 1, 2));
  EXPECT_THAT(read.log.groups, ElementsAre(0, 2, 3));
  EXPECT_THAT(read.log.unit, ElementsAre(0, 0, 1));
  EXPECT_THAT(read.log.propensity, ElementsAre(.5, .5, .9));
  EXPECT_TRUE(read.log.logged.knows_all());
}

TEST_F(ReadLog, RowsOfOneValueAlone) {
  const std::string text = "action,reward,propensity,day\nx,1,0.5,mo\ny,0,0.5,tu\n";
  const ReadLogResult read = Read(text, {.where = {{"day", "tu"}}});
  EXPECT_EQ(read.log.rows(), 1);
  EXPECT_EQ(read.left_out, 1);
  EXPECT_THAT(FaultOf(text, {.where = {{"day", "we"}}}),
              HasSubstr("no row has day=we; it has mo, tu"));
  EXPECT_THAT(FaultOf("action,reward,propensity\n"), HasSubstr("log.csv"));
}

TEST_F(ReadLog, WrongRowsAreNamedWithTheirPlace) {
  const std::string head = "action,reward,propensity,s,t,u\n";
  EXPECT_THAT(FaultOf(head + "x,1,0,a,1,m\n"), HasSubstr("must be above 0"));
  EXPECT_THAT(FaultOf(head + "x,1,1.01,a,1,m\n"), HasSubstr("log.csv:2"));
  EXPECT_THAT(FaultOf(head + "x,1,,a,1,m\n"), HasSubstr("is missing"));
  EXPECT_THAT(FaultOf(head + ",1,.5,a,1,m\n"), HasSubstr("the action is missing"));
  EXPECT_THAT(FaultOf(head + "x,,.5,a,1,m\n"), HasSubstr("log.csv:2"));
  const std::string twice = head + "x,1,.5,a,1,m\ny,1,.5,a,1,m\n";
  EXPECT_THAT(FaultOf(twice, {.session = "s", .step = "t"}),
              HasSubstr("comes twice in a session, also in line 2"));
  EXPECT_THAT(FaultOf(twice, {.slate = {"s"}, .position = "t"}), HasSubstr("twice in a slate"));
  EXPECT_THAT(
      FaultOf(head + "x,1,.5,a,1,m\ny,1,.5,a,2,n\n", {.user = "u", .session = "s", .step = "t"}),
      HasSubstr("of another user"));
  EXPECT_THAT(FaultOf(head + "x,1,.5,a,1,m\n", {.policies = {"pi"}}), HasSubstr("pi"));
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { Read(twice, {.session = "s"}); }),
              HasSubstr("--step"));
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { Read(twice, {.slate = {"s"}}); }),
              HasSubstr("--position"));
}

// Files of the published forms: KuaiRand's with invented rows, and Open Bandit's.
TEST(ReadPublishedLogs, KuaiRandIsDrawnEvenlyFromItsPool) {
  const auto file = SampleFolder() / "kuairand-pure" / "log_random_4_22_to_5_08_pure.csv";
  const ReadLogResult read = ReadLoggedRows(file, KuaiRandRandomColumns());
  ASSERT_GT(read.log.rows(), 0);
  EXPECT_EQ(read.pool, std::ssize(read.log.actions));
  EXPECT_EQ(read.log.propensity[0], 1 / static_cast<double>(read.log.actions.size()));
  LogColumns larger = KuaiRandRandomColumns();
  larger.pool = 7583;
  EXPECT_EQ(ReadLoggedRows(file, larger).log.propensity[0], 1 / 7583.);
  larger.pool = 1;
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { ReadLoggedRows(file, larger); }),
              HasSubstr("a pool of 1"));
}

TEST(ReadPublishedLogs, OpenBanditHasPositions) {
  const ReadLogResult read =
      ReadLoggedRows("examples/data/open-bandit/all.csv", OpenBanditColumns());
  ASSERT_GT(read.log.rows(), 0);
  EXPECT_EQ(read.position.size(), read.log.action.size());
  EXPECT_EQ(read.log.units, read.log.rows());
}

TEST(ReadPublishedLogs, TheServicesTableHasSlates) {
  const TestFolder folder;
  const auto file = folder.Write(
      "items.csv",
      "session,user,policy,started_us,step,shown_us,position,item,probability,answered_us,"
      "behaviour.like\n"
      "s1,u,a,1,0,1,0,i,0.5,2,1\n"
      "s1,u,a,1,0,1,1,j,0.25,,\n"
      "s1,u,a,1,1,3,0,k,,,\n"
      "s1,u,a,1,1,3,1,i,0.5,,\n");
  const ReadLogResult read = ReadLoggedRows(file, ServiceColumns("like"));
  EXPECT_EQ(read.log.kind, LogKind::kSlates);
  EXPECT_THAT(read.log.groups, ElementsAre(0, 2));  // the slate that was not drawn is left out
  EXPECT_THAT(read.log.reward, ElementsAre(1, 0));
  EXPECT_EQ(read.undrawn, 1);
}

}  // namespace
}  // namespace lerl
