#include "lerl/agents/ppo.h"

#include <gtest/gtest.h>

#include "lerl/agents/slate_selector.h"
#include "lerl/base/rng.h"
#include "lerl/data/synthetic.h"

namespace lerl {
namespace {

// A contextual bandit: items have vectors of +-1, each user likes one half of them, and the user's
// past shows which. The best policy earns 1 a step, a random one .5.
struct Bandit {
  Dataset dataset;
  Split split;
  std::vector<float> vectors;

  explicit Bandit(int users = 40, int items = 40) {
    dataset.behaviours = {"like"};
    dataset.categories = {"a"};
    std::vector<int64_t> offsets{0}, category_offsets{0};
    std::vector<int32_t> rows, category_ids;
    std::vector<uint8_t> likes;
    for (int i = 0; i < items; ++i) {
      dataset.item_ids.push_back(std::to_string(i));
      category_ids.push_back(0);
      category_offsets.push_back(i + 1);
      vectors.push_back(i % 2 == 0 ? 1.0f : -1.0f);
      vectors.push_back(i % 3 == 0 ? 1.0f : -1.0f);
    }
    for (int u = 0; u < users; ++u) {
      dataset.user_ids.push_back(std::to_string(u));
      for (int row = 0; row < 6; ++row) {
        rows.push_back((u + 5 * row) % items);
        likes.push_back(Likes(u, rows.back()));
      }
      offsets.push_back(static_cast<int64_t>(rows.size()));
      split.train_end.push_back(offsets.back());
      split.train_users.push_back(u);
    }
    split.valid_end = split.train_end;
    dataset.category_offsets = category_offsets;
    dataset.category_ids = category_ids;
    dataset.user_offsets = offsets;
    dataset.items = rows;
    dataset.responses = {Column<uint8_t>(likes)};
  }

  static uint8_t Likes(int user, int item) { return (user + item) % 2 == 0; }

  double PlayAndLearn(Agent& agent, uint64_t seed, bool learn, bool permute = false) {
    constexpr int kSessions = 64, kSteps = 3, kSlate = 2;
    const std::vector<uint8_t> plan{1}, inside(vectors.size() / 2, 1), excluded(inside.size(), 0);
    SessionLog log;
    log.Resize(kSessions, kSteps, kSlate, 1, agent.action_width());
    agent.Prepare(kSessions);
    Rng rng(seed, "bandit");
    double total = 0;
    for (int s = 0; s < kSessions; ++s) {
      const auto index = static_cast<size_t>(s);
      log.user[index] = static_cast<int32_t>(rng.Below(split.train_users.size()));
      log.length[index] = kSteps;
      log.terminated[index] = 1;
      agent.Start(s, log.user[index]);
      for (int t = 0; t < kSteps; ++t) {
        const size_t cell = log.Cell(s, t);
        const Observation seen{.slot = s,
                               .step = t,
                               .user = log.user[index],
                               .seed = DeriveSeed(seed, "session", index),
                               .plan = plan,
                               .dominant = plan};
        std::vector<float> scores(inside.size());
        agent.Act({&seen, 1}, learn, scores,
                  {log.action.data() + cell * static_cast<size_t>(agent.action_width()),
                   static_cast<size_t>(agent.action_width())});
        const std::span<int32_t> slate(log.items.data() + cell * kSlate, kSlate);
        SelectSlate(scores, inside, excluded, slate);
        for (size_t k = 0; k < kSlate; ++k)
          log.responses[cell * kSlate + k] = Likes(log.user[index], slate[k]);
        log.reward[cell] =
            static_cast<float>(log.responses[cell * kSlate] + log.responses[cell * kSlate + 1]) / 2;
        total += static_cast<double>(log.reward[cell]);
        log.plan[cell] = log.dominant[cell] = 1;
        const Shown shown{s, slate, {log.responses.data() + cell * kSlate, kSlate}};
        agent.Observe({&shown, 1});
      }
    }
    if (permute) rng.Shuffle(std::span(log.reward));
    if (learn) agent.Update(log);
    return total / (kSessions * kSteps);
  }
};

PpoConfig Small() {
  PpoConfig config;
  config.encoder = {.width = 16, .layers = 1, .heads = 2, .feed_forward = 16, .band = 32};
  config.hidden = 16;
  config.past_rows = 6;
  config.warm_start_steps = 0;
  config.minibatch = 16;
  config.learning_rate = 3e-3;
  return config;
}

TEST(Ppo, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  Bandit bandit;
  const auto agent = MakePpo(bandit.dataset, bandit.split, bandit.vectors, 2, Small(), 1);
  for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.95);
}

TEST(Ppo, LearnsNothingFromPermutedRewards) {
  Bandit bandit;
  const auto agent = MakePpo(bandit.dataset, bandit.split, bandit.vectors, 2, Small(), 1);
  for (uint64_t i = 0; i < 30; ++i) bandit.PlayAndLearn(*agent, i, true, /*permute=*/true);
  EXPECT_NEAR(bandit.PlayAndLearn(*agent, 1000, false), 0.5, 0.2);
}

TEST(Ppo, StartsFromTheLogsWhenItIsWarm) {
  Bandit bandit;
  PpoConfig config = Small();
  config.warm_start_steps = 150;
  config.warm_start_batch = 32;
  const auto agent = MakePpo(bandit.dataset, bandit.split, bandit.vectors, 2, config, 1);
  const UpdateStats stats = agent->WarmStart();
  EXPECT_LT(stats[1].second, stats[0].second);
}

TEST(Ppo, WorksWithOneTokenPerItem) {
  Bandit bandit;
  PpoConfig config = Small();
  config.tokens = "item";
  const auto agent = MakePpo(bandit.dataset, bandit.split, bandit.vectors, 2, config, 1);
  for (uint64_t i = 0; i < 40; ++i) bandit.PlayAndLearn(*agent, i, true);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.8);
}

}  // namespace
}  // namespace lerl
