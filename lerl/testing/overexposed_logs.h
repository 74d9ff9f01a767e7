#pragma once
// For tests: a world whose logs overexpose some items, so that an agent that learns what the logs
// say is misled.
//
//   P(like) of a head item = kHeadAppeal kTiring^h     h: head items that the session has shown
//   P(like) of a tail item = kGoodAppeal or kBadAppeal, half of the tail each
//
// Head items fill most of the logs, where they please: the logs are without tiring (h = 0).

#include <cmath>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/slate_selector.h"
#include "lerl/base/rng.h"

namespace lerl {

struct OverexposedWorld {
  static constexpr int kHead = 12, kItems = 60, kUsers = 120, kRows = 18, kSlate = 2, kSteps = 8;
  static constexpr double kHeadShare = 0.75;  // of the logs' rows
  static constexpr double kHeadAppeal = 0.8, kGoodAppeal = 0.75, kBadAppeal = 0.15;
  static constexpr double kTiring = 0.75;  // what each head item shown leaves of the head's appeal

  Dataset dataset;
  Split split;
  ItemFactors factors;

  static bool IsHead(int item) { return item < kHead; }
  static double Appeal(int item) {
    return IsHead(item) ? kHeadAppeal : item % 2 == 0 ? kGoodAppeal : kBadAppeal;
  }

  explicit OverexposedWorld(uint64_t seed = 1) {
    Rng rng(seed, "overexposed world");
    dataset.behaviours = {"like"};
    dataset.categories = {"a"};
    factors.width = 2;
    std::vector<int64_t> offsets{0}, category_offsets{0};
    for (int i = 0; i < kItems; ++i) {
      dataset.item_ids.push_back(std::to_string(i));
      category_offsets.push_back(i + 1);
      factors.vectors.push_back(IsHead(i) ? 2.0f : -0.5f);
      factors.vectors.push_back(static_cast<float>(rng.Normal()));
    }
    std::vector<int32_t> rows;
    std::vector<uint8_t> likes;
    for (int u = 0; u < kUsers; ++u) {
      dataset.user_ids.push_back(std::to_string(u));
      for (int row = 0; row < kRows; ++row) {
        const bool head = rng.Bernoulli(kHeadShare);
        rows.push_back(
            static_cast<int32_t>(head ? rng.Below(kHead) : kHead + rng.Below(kItems - kHead)));
        likes.push_back(rng.Bernoulli(Appeal(rows.back())) ? 1 : 0);
      }
      offsets.push_back(static_cast<int64_t>(rows.size()));
      split.train_end.push_back(offsets.back());
      split.train_users.push_back(u);
    }
    split.valid_end = split.train_end;
    dataset.category_offsets = category_offsets;
    dataset.category_ids = std::vector<int32_t>(kItems);
    dataset.user_offsets = offsets;
    dataset.items = rows;
    dataset.responses = {Column<uint8_t>(likes)};
  }

  AgentContext Context(uint64_t seed = 1) const {
    return {.dataset = dataset, .split = split, .factors = factors, .slate = kSlate, .seed = seed};
  }

  // The mean true reward of a step over 64 sessions without exploration.
  double TrueReturn(Agent& agent, uint64_t seed) const {
    constexpr int kSessions = 64;
    const std::vector<uint8_t> plan{1}, inside(kItems, 1);
    agent.Prepare(1);
    Rng rng(seed, "true return");
    double total = 0;
    for (int s = 0; s < kSessions; ++s) {
      const auto user = static_cast<int32_t>(rng.Below(kUsers));
      std::vector<uint8_t> excluded(kItems);
      int head_shown = 0;
      agent.Start(0, user);
      for (int t = 0; t < kSteps; ++t) {
        const Observation seen{.step = t,
                               .user = user,
                               .seed = DeriveSeed(seed, "session", static_cast<uint64_t>(s)),
                               .plan = plan,
                               .dominant = plan,
                               .excluded = excluded};
        std::vector<float> scores(kItems), action(static_cast<size_t>(agent.action_width()));
        agent.Act({&seen, 1}, /*explore=*/false, scores, action);
        std::vector<int32_t> slate(kSlate);
        SelectSlate(scores, inside, excluded, slate);
        std::vector<uint32_t> responses;
        for (const int32_t item : slate) {
          const double p = Appeal(item) * (IsHead(item) ? std::pow(kTiring, head_shown) : 1);
          head_shown += IsHead(item) ? 1 : 0;
          excluded[static_cast<size_t>(item)] = 1;
          responses.push_back(rng.Bernoulli(p) ? 1 : 0);
          total += p / kSlate;
        }
        const Shown shown{0, slate, responses};
        agent.Observe({&shown, 1});
      }
    }
    return total / (kSessions * kSteps);
  }
};

}  // namespace lerl
