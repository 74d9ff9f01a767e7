#include "lerl/agents/dnair.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/testing/overexposed_logs.h"
#include "lerl/testing/permuted_rewards.h"
#include "lerl/testing/small_agents.h"
#include "lerl/testing/three_items.h"
#include "lerl/testing/update_stats.h"

namespace lerl {
namespace {

DnairConfig DnairTestConfig() {
  DnairConfig config;
  config.dqn.replay.minibatch = 16;
  config.dqn.replay.passes = 4;
  config.dqn.replay.critic_rate = 3e-3;
  return config;
}

TEST(Dnair, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  Bandit bandit;
  const auto agent = MakeDnair(bandit.Context(), BanditLearner(), DnairTestConfig());
  for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.9);
}

TEST(Dnair, LearnsNothingFromPermutedRewards) {
  ExpectOnlyTrueRewardsTeach(
      [](Bandit& bandit, uint64_t seed) {
        return MakeDnair(bandit.Context(seed), BanditLearner(), DnairTestConfig());
      },
      /*iterations=*/15);
}

// The agents learn from logs alone and are judged in the world as it is.
TEST(Dnair, EarnsMoreThanDqnWhereTheLogsOverexposeWhatTires) {
  LearnerConfig learner = BanditLearner();
  learner.warm_start = {.steps = 200, .batch = 32};
  double dnair_sum = 0, dqn_sum = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const OverexposedWorld world(seed);
    const auto dnair = MakeDnair(world.Context(seed), learner, DnairTestConfig());
    const auto dqn = MakeDqn(world.Context(seed), learner, DnairTestConfig().dqn);
    dnair->WarmStart();
    dqn->WarmStart();
    dnair_sum += world.TrueReturn(*dnair, seed);
    dqn_sum += world.TrueReturn(*dqn, seed);
  }
  RecordProperty("dnair", std::to_string(dnair_sum / 3));
  RecordProperty("dqn", std::to_string(dqn_sum / 3));
  EXPECT_GT(dnair_sum / 3, dqn_sum / 3 + 0.1);
}

// The bonus is 0.4 times quality where novelty is greatest.
TEST(Dnair, CreditsQualityTimesNovelty) {
  const ThreeItems world;
  const auto agent = MakeDnair(world.Context(), TinyLearner(), DnairTestConfig());
  const auto novelty = [](double p) {
    const auto raw = [](double of) { return 1 / std::log10(of + 1.1); };
    return (raw(p) - raw(1)) / (raw(0) - raw(1));
  };
  const double want = 0.4 * (2.0 / 3 * novelty(1.0 / 3) + 0.5 * novelty(0)) / 2;
  EXPECT_NEAR(StatOf(agent->Update(world.Session({1, 2})), "novelty_bonus"), want, 1e-6);
}

// Slates of one item. Users know the pairs (0, 1) and (2, 3).
class DnairAround : public ::testing::Test {
 protected:
  DnairAround() {
    data_ = Bandit().dataset;
    data_.user_ids = {"a", "b"};
    data_.item_ids.resize(4);
    data_.category_offsets = std::vector<int64_t>{0, 1, 2, 3, 4};
    data_.category_ids = std::vector<int32_t>{0, 0, 0, 0};
    data_.user_offsets = std::vector<int64_t>{0, 2, 4};
    data_.items = std::vector<int32_t>{0, 1, 2, 3};
    data_.responses = {Column<uint8_t>(std::vector<uint8_t>{1, 0, 0, 0})};
    split_.train_end = split_.valid_end = {2, 4};
    split_.train_users = {0, 1};
    factors_.width = 1;
    factors_.vectors = {1, -1, 2, -2};
  }

  void Make(const std::string& around) {
    DnairConfig config;
    config.near = 1;
    config.around = around;
    agent_ =
        MakeDnair({.dataset = data_, .split = split_, .factors = factors_, .slate = 1, .seed = 1},
                  TinyLearner(), config);
    agent_->Prepare(1);
  }
  int32_t Slate(int step) {
    const std::vector<uint8_t> plan{1}, all(4, 1), none(4);
    const Observation seen{.step = step, .plan = plan, .dominant = plan};
    std::vector<float> scores(4);
    agent_->Act({&seen, 1}, false, scores, {});
    std::vector<int32_t> best(1);
    SelectSlate(scores, all, none, best);
    return best[0];
  }
  int32_t SlateAfter(int32_t item, uint32_t liked) {
    const Shown step{0, {&item, 1}, {&liked, 1}};
    agent_->Observe({&step, 1});
    return Slate(1);
  }

  Dataset data_;
  Split split_;
  ItemFactors factors_;
  std::unique_ptr<Agent> agent_;
};

TEST_F(DnairAround, ChoosesAmongWhatIsNearTheMostRecentItem) {
  Make("last");
  agent_->Start(0, 0);
  EXPECT_EQ(Slate(0), 0);  // beside item 1, liked or not
  agent_->Start(0, 1);
  EXPECT_EQ(Slate(0), 2);  // beside item 3
  for (const uint32_t liked : {0u, 1u}) {
    EXPECT_EQ(SlateAfter(1, liked), 0);
    EXPECT_EQ(SlateAfter(2, liked), 3);
  }
}

TEST_F(DnairAround, ChoosesAmongWhatIsNearTheLastLikedItemWhereItIsAskedTo) {
  Make("liked");
  agent_->Start(0, 0);
  EXPECT_EQ(Slate(0), 1);  // beside item 0, the only liked one
  agent_->Start(0, 1);
  EXPECT_EQ(Slate(0), 2);  // nothing is liked: beside the last one, item 3
  EXPECT_EQ(SlateAfter(1, 0), 2);
  EXPECT_EQ(SlateAfter(1, 1), 0);
}

}  // namespace
}  // namespace lerl
