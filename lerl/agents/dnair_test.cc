#include "lerl/agents/dnair.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/agents/agents_testing.h"
#include "lerl/agents/overexposure_testing.h"
#include "lerl/agents/stats_testing.h"

namespace lerl {
namespace {

DnairConfig Config() {
  DnairConfig config;
  config.dqn.replay.minibatch = 16;
  config.dqn.replay.passes = 4;
  config.dqn.replay.critic_rate = 3e-3;
  return config;
}

TEST(Dnair, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  Bandit bandit;
  const auto agent = MakeDnair(bandit.Context(), BanditLearner(), Config());
  for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.9);
}

TEST(Dnair, LearnsNothingFromPermutedRewards) {
  double sum = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Bandit bandit;
    const auto agent = MakeDnair(bandit.Context(seed), BanditLearner(), Config());
    for (uint64_t i = 0; i < 15; ++i) bandit.PlayAndLearn(*agent, i, true, /*permute=*/true);
    sum += bandit.PlayAndLearn(*agent, 1000, false);
  }
  EXPECT_NEAR(sum / 5, 0.5, 0.15);
}

// Learned from logs alone; judged in the world as it is.
TEST(Dnair, EarnsMoreThanDqnWhereTheLogsOverexposeWhatTires) {
  LearnerConfig learner = BanditLearner();
  learner.warm_start = {.steps = 200, .batch = 32};
  double dnair_sum = 0, dqn_sum = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const OverexposedWorld world(seed);
    const auto dnair = MakeDnair(world.Context(seed), learner, Config());
    const auto dqn = MakeDqn(world.Context(seed), learner, Config().dqn);
    dnair->WarmStart();
    dqn->WarmStart();
    dnair_sum += world.TrueReturn(*dnair, seed);
    dqn_sum += world.TrueReturn(*dqn, seed);
  }
  RecordProperty("dnair", std::to_string(dnair_sum / 3));
  RecordProperty("dqn", std::to_string(dqn_sum / 3));
  EXPECT_GT(dnair_sum / 3, dqn_sum / 3 + 0.1);
}

// Popularity in the bandit's logs is the same for all items but a few; a bonus of 0.4 quality is
// given where novelty is greatest.
TEST(Dnair, CreditsQualityTimesNovelty) {
  Bandit bandit;
  // 3 users and items: item 0 has all of them, item 1 one, item 2 none; slates of items 1 and 2.
  Dataset data = bandit.dataset;
  data.user_ids = {"a", "b", "c"};
  data.item_ids.resize(3);
  data.category_offsets = std::vector<int64_t>{0, 1, 2, 3};
  data.category_ids = std::vector<int32_t>{0, 0, 0};
  data.user_offsets = std::vector<int64_t>{0, 2, 3, 4};
  data.items = std::vector<int32_t>{0, 1, 0, 0};
  data.responses = {Column<uint8_t>(std::vector<uint8_t>{1, 1, 0, 1})};
  Split split;
  split.train_end = split.valid_end = {2, 3, 4};
  split.train_users = {0, 1, 2};
  ItemFactors factors;
  factors.width = 1;
  factors.vectors = {1, -1, 0};
  const auto agent =
      MakeDnair({.dataset = data, .split = split, .factors = factors, .slate = 2, .seed = 1},
                TinyLearner(), Config());
  SessionLog log;
  log.exclude_history = false;
  log.Resize(1, 1, 2, 1, 0);
  log.length = {1};
  log.terminated = {1};
  log.items = {1, 2};
  log.plan = {1};
  const auto novelty = [](double p) {
    const auto raw = [](double of) { return 1 / std::log10(of + 1.1); };
    return (raw(p) - raw(1)) / (raw(0) - raw(1));
  };
  const double want = 0.4 * (2.0 / 3 * novelty(1.0 / 3) + 0.5 * novelty(0)) / 2;
  EXPECT_NEAR(StatOf(agent->Update(log), "novelty_bonus"), want, 1e-6);
}

// Slates of one item. Users know the pairs (0, 1) and (2, 3).
TEST(Dnair, ChoosesAmongWhatIsNearTheLastLikedItem) {
  Bandit bandit;
  Dataset data = bandit.dataset;
  data.user_ids = {"a", "b"};
  data.item_ids.resize(4);
  data.category_offsets = std::vector<int64_t>{0, 1, 2, 3, 4};
  data.category_ids = std::vector<int32_t>{0, 0, 0, 0};
  data.user_offsets = std::vector<int64_t>{0, 2, 4};
  data.items = std::vector<int32_t>{0, 1, 2, 3};
  data.responses = {Column<uint8_t>(std::vector<uint8_t>{1, 0, 0, 0})};
  Split split;
  split.train_end = split.valid_end = {2, 4};
  split.train_users = {0, 1};
  ItemFactors factors;
  factors.width = 1;
  factors.vectors = {1, -1, 2, -2};
  DnairConfig config;
  config.near = 1;
  const auto agent =
      MakeDnair({.dataset = data, .split = split, .factors = factors, .slate = 1, .seed = 1},
                TinyLearner(), config);
  const std::vector<uint8_t> plan{1}, all(4, 1), none(4);
  const auto slate = [&](int step) {
    const Observation seen{.step = step, .plan = plan, .dominant = plan};
    std::vector<float> scores(4);
    agent->Act({&seen, 1}, false, scores, {});
    std::vector<int32_t> best(1);
    SelectSlate(scores, all, none, best);
    return best[0];
  };
  agent->Prepare(1);
  agent->Start(0, 0);
  EXPECT_EQ(slate(0), 1);  // beside item 0, the only liked one
  agent->Start(0, 1);
  EXPECT_EQ(slate(0), 2);  // nothing is liked: beside the last one, item 3
  const std::vector<int32_t> shown = {1};
  for (const uint32_t liked : {0u, 1u}) {
    const std::vector<uint32_t> responses = {liked};
    const Shown step{0, shown, responses};
    agent->Observe({&step, 1});
    EXPECT_EQ(slate(1), liked == 1 ? 0 : 2);
  }
}

}  // namespace
}  // namespace lerl
