#include "lerl/eval/audit/plan_errors_audit.h"

#include <gmock/gmock.h>

#include "lerl/llm/scripted_backend.h"
#include "lerl/testing/closed_loop_rows.h"
#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(GroupUsers, CutsLikesAndDistanceAtTheirMedians) {
  Dataset dataset = DatasetOf({{0}, {1}}, 2, 4);
  Split split;
  // Everybody's likes are 6 of category 0 and 4 of 1. Users 2 and 3 like one category alone.
  AddRows(dataset, split,
          {{{0, 1}, {1, 1}, {0, 1}, {1, 1}}, {{0, 1}, {1, 1}}, {{0, 1}, {0, 1}, {0, 1}}, {{1, 1}}},
          /*past=*/10);
  split.train_users = {0, 1, 2, 3};
  const auto groups = GroupUsers(dataset, split, {0, 1, 2, 3});
  EXPECT_THAT(groups[0], Each(1));                  // all
  EXPECT_THAT(groups[1], ElementsAre(0, 1, 0, 1));  // few likes: below 2.5
  EXPECT_THAT(groups[2], ElementsAre(1, 0, 1, 0));
  EXPECT_THAT(groups[3], ElementsAre(0, 0, 1, 1));  // niche
  EXPECT_THAT(groups[4], ElementsAre(1, 1, 0, 0));
}

class PlanErrorsAuditTest : public ::testing::Test {
 protected:
  static PlanErrorsOutcome Audit(const std::vector<std::string>& planners,
                                 const std::vector<std::string>& sets = {}) {
    RunConfig config = TinyClosedLoop();
    SetFields(config, sets);
    return AuditPlanErrors(*TinyEvolvingWorld(config), config,
                           {.users = 6, .seeds = {1, 2}, .iterations = 1, .planners = planners})
        .value();
  }
};

TEST_F(PlanErrorsAuditTest, PlaysEachPlannerAndCountsByGroup) {
  const PlanErrorsOutcome outcome = Audit({"random", "own_history", "oracle"});
  ASSERT_THAT(outcome.rows, SizeIs(3));
  EXPECT_GT(outcome.users, 2);
  const PlanErrorsRow &random = outcome.rows[0], &own = outcome.rows[1], &oracle = outcome.rows[2];
  EXPECT_EQ(random.rates[0][0].share.mean, 0);  // nothing is invalid
  EXPECT_GT(random.rates[0][0].steps, 0);
  // Groups are parts of all.
  EXPECT_EQ(random.rates[1][0].steps + random.rates[2][0].steps, random.rates[0][0].steps);
  EXPECT_EQ(random.rates[3][0].users + random.rates[4][0].users, outcome.users);
  // Who goes by the history never ignores it; who knows the simulator plans the best.
  const auto history = static_cast<size_t>(PlanError::kHistory);
  EXPECT_EQ(own.rates[0][history].share.mean, 0);
  EXPECT_GT(random.rates[0][history].share.mean, 0);
  EXPECT_NEAR(oracle.worth->mean, 1, 1e-6);
  EXPECT_LT(random.worth->mean, 1);
  EXPECT_FALSE(random.calibration);
  EXPECT_THAT(random.examples, testing::Contains(HasSubstr("ignores history, user")));
}

TEST_F(PlanErrorsAuditTest, AWishIsHeededByWhoReadsIt) {
  const PlanErrorsOutcome outcome =
      Audit({"learned", "wish_oracle"},
            {"env.task=evolving", "env.evolving.craving={up=2, down=2, titles=0}",
             "planner.wish.weight=9"});
  const auto wish = static_cast<size_t>(PlanError::kWish);
  EXPECT_GT(outcome.rows[0].rates[0][wish].steps, 0);
  EXPECT_GT(outcome.rows[0].rates[0][wish].share.mean, 0);
  EXPECT_EQ(outcome.rows[1].rates[0][wish].share.mean, 0);
  EXPECT_THAT(outcome.rows[0].examples, testing::Contains(HasSubstr("says \"")));
}

}  // namespace
}  // namespace lerl
