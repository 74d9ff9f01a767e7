#pragma once
// For tests of learning agents: the smallest networks that still learn, and a world whose best
// policy is known.

#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/slate_selector.h"
#include "lerl/base/rng.h"

namespace lerl {

inline LearnerConfig TinyLearner() {
  LearnerConfig config;
  config.state.transformer = {.width = 8, .layers = 1, .heads = 2, .feed_forward = 8, .band = 32};
  config.state.width = 8;
  config.state.window = 4;
  config.state.filters = 4;
  config.state.past_rows = 12;
  config.policy.hidden = 8;
  config.warm_start = {.steps = 2, .batch = 4};
  return config;
}

// Networks large enough to learn the bandit below.
inline LearnerConfig BanditLearner() {
  LearnerConfig config = TinyLearner();
  config.state.transformer = {.width = 16, .layers = 1, .heads = 2, .feed_forward = 16, .band = 32};
  config.state.width = 16;
  config.state.past_rows = 6;
  config.policy.hidden = 16;
  config.warm_start.steps = 0;
  return config;
}

// A contextual bandit: items have vectors of +-1, and each user likes one half of the items, which
// the user's past shows. The best policy earns 1 a step, a random one .5.
struct Bandit {
  Dataset dataset;
  Split split;
  ItemFactors factors;

  explicit Bandit(int users = 40, int items = 40) {
    factors.width = 2;
    dataset.behaviours = {"like"};
    dataset.categories = {"a"};
    std::vector<int64_t> offsets{0}, category_offsets{0};
    std::vector<int32_t> rows, category_ids;
    std::vector<uint8_t> likes;
    for (int i = 0; i < items; ++i) {
      dataset.item_ids.push_back(std::to_string(i));
      category_ids.push_back(0);
      category_offsets.push_back(i + 1);
      factors.vectors.push_back(i % 2 == 0 ? 1.0f : -1.0f);
      factors.vectors.push_back(i % 3 == 0 ? 1.0f : -1.0f);
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

  AgentContext Context(uint64_t seed = 1) const {
    return {.dataset = dataset, .split = split, .factors = factors, .slate = 2, .seed = seed};
  }

  static uint8_t Likes(int user, int item) { return (user + item) % 2 == 0; }

  // Plays and learns one iteration, and returns what the agent reports of it.
  UpdateStats LastStats(Agent& agent, uint64_t seed) {
    UpdateStats stats;
    PlayAndLearn(agent, seed, true, false, &stats);
    return stats;
  }

  // Plays 64 sessions of 3 steps and returns the mean reward of a step. With `learn` the agent
  // explores and learns from them; with `permute` rewards and responses are shuffled before.
  double PlayAndLearn(Agent& agent, uint64_t seed, bool learn, bool permute = false,
                      UpdateStats* stats = nullptr) {
    constexpr int kSessions = 64, kSteps = 3, kSlate = 2;
    const std::vector<uint8_t> plan{1}, inside(dataset.item_ids.size(), 1),
        excluded(inside.size(), 0);
    SessionLog log;
    log.exclude_history = false;
    log.allow_repeats = true;
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
    if (permute) {
      rng.Shuffle(std::span(log.reward));
      rng.Shuffle(std::span(log.responses));
    }
    if (learn) {
      const UpdateStats now = agent.Update(log);
      if (stats != nullptr) *stats = now;
    }
    return total / (kSessions * kSteps);
  }
};

}  // namespace lerl
