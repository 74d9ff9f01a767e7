#include "lerl/eval/sim_audit/audit_policies.h"

#include <gtest/gtest.h>

#include <set>

#include "lerl/base/index.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

const AuditPlay kShort{.users = 3, .seeds = {1, 2}};

TEST(AuditPolicies, AllPlayTheSameUsersUnderTheSameSeeds) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const std::vector<PolicyFigures> figures = PlayAll(*world, *world, config, kShort, true);
  ASSERT_EQ(figures.size(), AuditPolicies().size());
  for (const PolicyFigures& policy : figures) {
    EXPECT_EQ(policy.reward.seeds, 2) << policy.name;
    EXPECT_EQ(policy.reward.users, 3) << policy.name;
  }
  EXPECT_EQ(RankedPolicies().size() + 1, figures.size());
  EXPECT_GT(figures.back().per_step.estimate, figures.front().per_step.estimate);  // the oracle
}

TEST(AuditPolicies, FiguresAreSumsAndMeansOfExpectedRewards) {
  SessionLog log;
  log.Resize(2, 2, 1, 1, 0);
  log.length = {2, 1};
  log.expected = {0.5f, 0.25f, 1, 0};
  const PolicyFigures figures = FiguresOf("x", {log});
  EXPECT_DOUBLE_EQ(figures.reward.estimate, (0.75 + 1) / 2);
  EXPECT_DOUBLE_EQ(figures.per_step.estimate, (0.375 + 1) / 2);
}

// Over many slates of one item each item is shown as often as the log showed it to such users.
TEST(AuditPolicies, LoggingLikeDrawsInProportionToTheLog) {
  const Dataset dataset = TinyDataset();
  const Split split = MakeSplit(dataset, {});
  const std::vector<int> third = ActivityThirds(dataset, split);
  std::vector<double> share(At(dataset.num_items()));
  double rows = 0;
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    if (third[At(user)] != third[0]) continue;
    for (const int64_t row : PastRows(dataset, split, user)) {
      ++share[At(dataset.items[At(row)])];
      ++rows;
    }
  }
  const auto agent = MakeLoggingLike(dataset, split);
  constexpr int kDraws = 20000;
  std::vector<double> shown(share.size());
  std::vector<float> scores(share.size());
  for (int n = 0; n < kDraws; ++n) {
    Observation seen;
    seen.step = n;
    seen.seed = 7;
    agent->Act({&seen, 1}, false, scores, {});
    shown[static_cast<size_t>(std::ranges::max_element(scores) - scores.begin())] += 1;
  }
  for (size_t i = 0; i < share.size(); ++i)
    EXPECT_NEAR(shown[i] / kDraws, share[i] / rows, 0.01) << i;
}

TEST(AuditPolicies, ThirdsHoldTheFewestAndTheMostRows) {
  const Dataset dataset = TinyDataset();
  const std::vector<int> third = ActivityThirds(dataset, MakeSplit(dataset, {}));
  EXPECT_EQ(std::ranges::count(third, 0), 14);  // of 40 users
  EXPECT_EQ(std::ranges::count(third, 2), 13);
}

TEST(AuditPolicies, AModelAndItsReverseRankItemsTheOtherWayRound) {
  auto model = std::make_shared<MfModel>();
  model->users = 1;
  model->items = 2;
  model->user_bias = {0};
  model->item_bias = {1, 2};
  std::vector<float> scores(2);
  const Observation seen{};
  MakeModelAgent(model, -1)->Act({&seen, 1}, false, scores, {});
  EXPECT_EQ(scores, (std::vector<float>{-1, -2}));
  MakeScoreAgent({3, 4})->Act({&seen, 1}, false, scores, {});
  EXPECT_EQ(scores, (std::vector<float>{3, 4}));
}

}  // namespace
}  // namespace lerl
