#include "lerl/agents/her4if.h"

#include <gtest/gtest.h>

#include "lerl/agents/user_models/imagined_sessions.h"
#include "lerl/base/index.h"
#include "lerl/testing/permuted_rewards.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

Her4ifConfig Her4ifTestConfig() {
  Her4ifConfig config;
  config.ppo.common.minibatch = 16;
  config.ppo.common.learning_rate = 3e-3;
  return config;
}

TEST(Her4if, FindsTheBestPolicyOfABanditWhoseContextIsThePast) {
  for (const auto& [kind, groups] :
       {std::pair("virtual_item", "popularity"), std::pair("items", "categories")}) {
    Bandit bandit;
    LearnerConfig learner = BanditLearner();
    learner.policy.kind = kind;
    Her4ifConfig config = Her4ifTestConfig();
    config.groups = groups;
    const auto agent = MakeHer4if(bandit.Context(), learner, config);
    for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(*agent, i, true);
    EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.95) << kind << ", " << groups;
  }
}

TEST(Her4if, LearnsNothingFromPermutedRewards) {
  ExpectOnlyTrueRewardsTeach(
      [](Bandit& bandit, uint64_t seed) {
        return MakeHer4if(bandit.Context(seed), BanditLearner(), Her4ifTestConfig());
      },
      /*iterations=*/15);
}

// Items 0 to 3 are popular: every user's past holds them all and two others. Even users like
// popular items and odd users the long tail; with `alike` everyone likes half of everything. Item
// vectors say nothing of popularity, so that the low level has only its weights to go by.
struct TwoTastes : UserModel {
  static constexpr int kPopular = 4, kItems = 20, kUsers = 40;
  Bandit base{kUsers, kItems};
  const bool alike;

  explicit TwoTastes(bool everyone_alike) : alike(everyone_alike) {
    std::vector<int32_t> rows;
    std::vector<uint8_t> likes;
    for (int u = 0; u < kUsers; ++u) {
      for (int n = 0; n < 6; ++n) {
        rows.push_back(n < kPopular ? n : kPopular + (u * 2 + n) % (kItems - kPopular));
        likes.push_back(Chance(u, rows.back()) >= 0.5f);
      }
    }
    base.dataset.items = rows;
    base.dataset.responses = {Column<uint8_t>(likes)};
  }

  float Chance(int user, int32_t item) const {
    if (alike) return 0.5f;
    return (item < kPopular) == (user % 2 == 0) ? 1.0f : 0.0f;
  }
  void Respond(std::span<const ImaginedSlate> slates, std::span<float> chances,
               std::span<float> rewards) override {
    for (size_t n = 0; n < slates.size(); ++n) {
      rewards[n] = 0;
      for (size_t k = 0; k < slates[n].items.size(); ++k) {
        const float chance = Chance(slates[n].user, slates[n].items[k]);
        chances[n * slates[n].items.size() + k] = chance;
        rewards[n] += chance / static_cast<float>(slates[n].items.size());
      }
    }
  }
  SessionLog Play(Agent& agent, uint64_t seed, bool explore) {
    return ImagineSessions(base.dataset, base.split, agent, *this, base.split.train_users, 2,
                           {.steps = 4, .repeats = true}, seed, explore);
  }
};

std::unique_ptr<Agent> Trained(TwoTastes& world, double bonus, int iterations) {
  LearnerConfig learner = BanditLearner();
  learner.policy.kind = "items";
  Her4ifConfig config = Her4ifTestConfig();
  config.popular_share = 0.2;
  config.bonus = bonus;
  auto agent = MakeHer4if(world.base.Context(), learner, config);
  for (int n = 0; n < iterations; ++n)
    agent->Update(world.Play(*agent, static_cast<uint64_t>(n), true));
  return agent;
}

TEST(Her4if, HighLevelWeighsTheGroupThatAUserPrefers) {
  TwoTastes world(/*everyone_alike=*/false);
  const auto agent = Trained(world, /*bonus=*/0, 80);
  const SessionLog log = world.Play(*agent, 1000, /*explore=*/false);
  double popular[2] = {0, 0}, reward = 0;  // weight of the popular group by users' taste
  for (int64_t s = 0; s < log.sessions; ++s) {
    for (int64_t t = 0; t < log.length[At(s)]; ++t) {
      const size_t cell = log.Cell(s, t);
      popular[log.user[At(s)] % 2] +=
          static_cast<double>(log.action[cell * static_cast<size_t>(log.action_width)]) / 80;
      reward += static_cast<double>(log.reward[cell]) / 160;
    }
  }
  RecordProperty("weight_for_lovers_of_popular", std::to_string(popular[0]));
  RecordProperty("weight_for_lovers_of_the_tail", std::to_string(popular[1]));
  EXPECT_GT(popular[0], popular[1] + 0.3);
  EXPECT_GT(reward, 0.75);  // 0.5 by chance
}

TEST(Her4if, ShowsMoreOfTheLongTailTheHigherTheBonus) {
  TwoTastes world(/*everyone_alike=*/true);
  const auto tail_share = [&world](double bonus) {
    const auto agent = Trained(world, bonus, 40);
    const SessionLog log = world.Play(*agent, 1000, /*explore=*/true);
    double tail = 0;
    for (const int32_t item : log.items) tail += item >= TwoTastes::kPopular ? 1 : 0;
    return tail / static_cast<double>(log.items.size());
  };
  EXPECT_GT(tail_share(1), tail_share(0) + 0.05);
}

TEST(Her4if, LeavesTheEncoderAtItsStartWhenAsked) {
  for (const bool published : {false, true}) {
    Bandit bandit;
    Her4ifConfig config = Her4ifTestConfig();
    config.published_states = published;
    const auto agent = MakeHer4if(bandit.Context(), BanditLearner(), config);
    TensorFile before, after;
    agent->Save(before);
    bandit.PlayAndLearn(*agent, 1, true);
    agent->Save(after);
    bool learned = false;
    for (const auto& [name, array] : before.arrays)
      if (name.starts_with("agent.encoder."))
        learned = learned || array.bytes != after.at(name).bytes;
    EXPECT_EQ(learned, !published);
  }
}

}  // namespace
}  // namespace lerl
