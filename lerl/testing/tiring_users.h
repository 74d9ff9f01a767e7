#pragma once
// For tests: users who tire of a category that they meet too often, and logs in which a feedback
// loop made them meet one category too often. After an item of the category that dominates, the
// same category comes again with probability .9; otherwise the next one is drawn from all.
//
//   P(like) = taste / (1 + strength S)       S: exposure, tau = 1 (agents/user_models/exposure.h)
//
//   favourites   each user's own favourite dominates; taste is .9 for it and .6 for the others. The
//                log shows people who are tired of what they like.
//   otherwise    category 0 dominates; taste is .8 for it and .65 for the others, of which nobody
//                tires. The rows of the log are days apart, so P(like) = taste there; in a session
//                category 0 tires as above.
//
// What is played is judged by the truth.

#include <string>

#include "lerl/agents/agent_context.h"
#include "lerl/agents/user_models/exposure.h"
#include "lerl/agents/user_models/imagined_sessions.h"
#include "lerl/base/rng.h"

namespace lerl {

struct TiringWorld : UserModel {
  static constexpr int kCategories = 3, kItems = 30, kUsers = 60, kRows = 60;
  Dataset dataset;
  Split split;
  ItemFactors factors;
  const double strength;
  const bool favourites;

  explicit TiringWorld(double strength_of_effect = 3, bool with_favourites = true,
                       uint64_t seed = 1)
      : strength(strength_of_effect), favourites(with_favourites) {
    MakeItems();
    MakeLog(seed);
  }

  void MakeItems() {
    dataset.behaviours = {"like"};
    dataset.categories = {"a", "b", "c"};
    std::vector<int64_t> category_offsets{0};
    std::vector<int32_t> category_ids;
    factors.width = kCategories;
    for (int i = 0; i < kItems; ++i) {
      dataset.item_ids.push_back(std::to_string(i));
      category_ids.push_back(i % kCategories);
      category_offsets.push_back(i + 1);
      for (int c = 0; c < kCategories; ++c)
        factors.vectors.push_back(c == i % kCategories ? 1.4f : -0.7f);
    }
    dataset.category_offsets = category_offsets;
    dataset.category_ids = category_ids;
  }

  void MakeLog(uint64_t seed) {
    Rng rng(seed, "tiring world");
    std::vector<int64_t> user_offsets{0};
    std::vector<int32_t> items;
    std::vector<uint8_t> likes;
    for (int u = 0; u < kUsers; ++u) {
      dataset.user_ids.push_back(std::to_string(u));
      const size_t first = items.size();
      int category = static_cast<int>(rng.Below(kCategories));
      for (int row = 0; row < kRows; ++row) {
        const int dominant = favourites ? u % kCategories : 0;
        if (category != dominant || rng.Uniform() > 0.9)
          category = static_cast<int>(rng.Below(kCategories));
        const auto item =
            static_cast<int32_t>(category + kCategories * static_cast<int>(rng.Below(10)));
        const std::span<const int32_t> before =
            favourites ? std::span(items).subspan(first) : std::span<int32_t>();
        likes.push_back(rng.Bernoulli(Chance(u, item, before, 1)));
        items.push_back(item);
      }
      user_offsets.push_back(static_cast<int64_t>(items.size()));
      split.train_end.push_back(user_offsets.back());
      split.train_users.push_back(u);
    }
    split.valid_end = split.train_end;
    dataset.user_offsets = user_offsets;
    dataset.items = items;
    dataset.responses = {Column<uint8_t>(likes)};
  }

  double Chance(int user, int32_t item, std::span<const int32_t> before, int slate) const {
    const int category = item % kCategories;
    const bool best = category == (favourites ? user % kCategories : 0);
    if (!favourites && !best) return 0.65;
    const double taste = favourites ? (best ? 0.9 : 0.6) : 0.8;
    return taste / (1 + strength * Exposure(dataset, item, before, slate, 1));
  }

  void Respond(std::span<const ImaginedSlate> slates, std::span<float> chances,
               std::span<float> rewards) override {
    for (size_t n = 0; n < slates.size(); ++n) {
      const auto& [user, before, items] = slates[n];
      rewards[n] = 0;
      for (size_t k = 0; k < items.size(); ++k) {
        const auto chance =
            static_cast<float>(Chance(user, items[k], before, static_cast<int>(items.size())));
        chances[n * items.size() + k] = chance;
        rewards[n] += chance / static_cast<float>(items.size());
      }
    }
  }

  AgentContext Context(uint64_t seed = 1) const {
    return {.dataset = dataset, .split = split, .factors = factors, .slate = 1, .seed = seed};
  }

  // Mean expected reward of a step: each user plays one session of 12 steps, without exploration.
  double TrueReward(Agent& agent) {
    const SessionLog log = Play(agent, 12, /*explore=*/false, 77);
    double sum = 0;
    for (const float reward : log.expected) sum += static_cast<double>(reward);
    return sum / static_cast<double>(log.expected.size());
  }
  SessionLog Play(Agent& agent, int64_t steps, bool explore, uint64_t seed) {
    return ImagineSessions(dataset, split, agent, *this, split.train_users, 1,
                           {.steps = steps, .repeats = true}, seed, explore);
  }
};

}  // namespace lerl
